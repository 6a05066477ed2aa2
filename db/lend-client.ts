/** What is needed of a pool, of either driver. */
type Client = { release: (broken?: Error) => void }
export type Lender<Lent extends Client> = {
  connect: () => Promise<Lent>
  /** All its connections are made and lent or spoken for: one has to become free. */
  isFull: () => boolean
}

/** Milliseconds. */
export type LendingTerms = {
  /** For a connection to become free. Making a new one has a time limit of its own. */
  waitMs: number
  /** For all of it, that wait included. */
  totalMs: number
}

/**
 * Lends a connection for some work, and takes it back whatever comes. When the time is over the connection is closed: that
 * ends whatever still waits for it, and the server rolls back. The pool itself throws away what broke by itself.
 */
export async function lendClient<Lent extends Client, Result>(
  lender: Lender<Lent>,
  { waitMs, totalMs }: LendingTerms,
  work: (client: Lent) => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now()
  const client = await (lender.isFull() ? waitForClient(lender, waitMs) : lender.connect())
  let isLent = true
  const takeBack = (broken?: Error) => {
    if (isLent) client.release(broken)
    isLent = false
  }
  const leftMs = Math.max(1, totalMs - (performance.now() - startedAt))
  const timer = setTimeout(() => takeBack(new Error('took too long')), leftMs)
  try {
    return await work(client)
  } finally {
    clearTimeout(timer)
    takeBack()
  }
}

/** One that becomes free too late goes to whoever is next. */
async function waitForClient<Lent extends Client>(lender: Lender<Lent>, milliseconds: number): Promise<Lent> {
  const coming = lender.connect()
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no connection became free')), milliseconds)
  try {
    return await Promise.race([coming, timeout])
  } catch (error) {
    coming.then(
      (client) => client.release(),
      () => undefined,
    )
    throw error
  } finally {
    clearTimeout(timer)
  }
}
