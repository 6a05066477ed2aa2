/** What is needed of a pool, of either driver. */
type Client = { release: (broken?: Error) => void }
type Pool<Lent extends Client> = { connect: () => Promise<Lent> }

/**
 * Lends a connection for some work that takes `milliseconds` at most, the wait for the connection included, and takes it
 * back whatever comes. When the time is over the connection is closed: that ends whatever still waits for it, and the
 * server rolls back. The pool itself throws away what broke by itself.
 */
export async function lendClient<Lent extends Client, Result>(
  pool: Pool<Lent>,
  milliseconds: number,
  work: (client: Lent) => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now()
  const client = await pool.connect()
  let isLent = true
  const takeBack = (broken?: Error) => {
    if (isLent) client.release(broken)
    isLent = false
  }
  const leftMs = Math.max(1, milliseconds - (performance.now() - startedAt))
  const timer = setTimeout(() => takeBack(new Error('took too long')), leftMs)
  try {
    return await work(client)
  } finally {
    clearTimeout(timer)
    takeBack()
  }
}
