import { startDeadline } from '@/lib/deadline'

/** What is needed of a connection, of either driver. */
type Client = { release: (broken?: Error) => void }

/**
 * Lends a connection for some work that takes `milliseconds` at most, and takes it back whatever comes. When the time is
 * over the connection is closed: that ends whatever still waits for it, and the server rolls back. The pool itself throws
 * away what broke by itself.
 */
export async function lendClient<Lent extends Client, Result>(
  connect: () => Promise<Lent>,
  milliseconds: number,
  work: (client: Lent) => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now()
  const client = await connect()
  let isLent = true
  const takeBack = (broken?: Error) => {
    if (isLent) client.release(broken)
    isLent = false
  }
  const leftMs = Math.max(1, milliseconds - (performance.now() - startedAt))
  const cancel = startDeadline(leftMs, () => takeBack(new Error('took too long')))
  try {
    return await work(client)
  } finally {
    cancel()
    takeBack()
  }
}

/** Waits for a connection that others hold. One that becomes free too late goes to whoever is next. */
export async function waitForClient<Lent extends Client>(coming: Promise<Lent>, milliseconds: number): Promise<Lent> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const cancel = startDeadline(milliseconds, () => reject(new Error('no connection became free')))
  try {
    return await Promise.race([coming, timeout])
  } catch (error) {
    coming.then(
      (client) => client.release(),
      () => undefined,
    )
    throw error
  } finally {
    cancel()
  }
}
