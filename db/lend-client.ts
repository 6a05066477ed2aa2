import { startDeadline } from '@/lib/deadline'

/** The used part of a connection of either driver. */
type Client = { release: (broken?: Error) => void }

/**
 * Runs `work` with a connection for at most `milliseconds`, and always releases the connection. After the deadline
 * the connection is closed, so that pending queries reject and the server rolls back. The pool discards connections
 * that broke.
 */
export async function lendClient<Lent extends Client, Result>(
  connect: () => Promise<Lent>,
  milliseconds: number,
  work: (client: Lent) => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now()
  const client = await connect()
  let isLent = true
  const release = (broken?: Error) => {
    if (isLent) client.release(broken)
    isLent = false
  }
  const leftMs = Math.max(1, milliseconds - (performance.now() - startedAt))
  const cancel = startDeadline(leftMs, () => release(new Error('took too long')))
  try {
    return await work(client)
  } finally {
    cancel()
    release()
  }
}

/**
 * Waits for a busy pool to free a connection. A connection that becomes free after the deadline returns to the pool.
 */
export async function waitForClient<Lent extends Client>(pending: Promise<Lent>, milliseconds: number): Promise<Lent> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const cancel = startDeadline(milliseconds, () => reject(new Error('no connection became free')))
  try {
    return await Promise.race([pending, timeout])
  } catch (error) {
    pending.then(
      (client) => client.release(),
      () => undefined,
    )
    throw error
  } finally {
    cancel()
  }
}
