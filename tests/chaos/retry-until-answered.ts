import { setTimeout as pause } from 'node:timers/promises'

/** Must be longer than the lease of a dead turn plus the following sweep, after which every request is answered. */
const retryForMs = 45_000
const maxPauseMs = 800

/**
 * Repeats `attempt` while it returns null or throws because of a broken connection, like a client that lost its
 * server. Pauses get longer from try to try. Throws with the last error as its cause if it takes too long.
 */
export async function retryUntilAnswered<T>(name: string, attempt: () => Promise<T | null>): Promise<T> {
  const until = Date.now() + retryForMs
  let reason: unknown = 'no answer'
  for (let pauseMs = 25; Date.now() < until; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    try {
      const result = await attempt()
      if (result !== null) return result
    } catch (error) {
      if (!isBrokenConnection(error)) throw error
      reason = error
    }
    await pause(pauseMs)
  }
  throw new Error(`${name}: no answer within ${retryForMs} ms`, { cause: reason })
}

/** Returns whether `fetch` failed because the connection was refused, reset, or closed while the body was read. */
export const isBrokenConnection = (error: unknown): boolean => error instanceof TypeError

/** Returns false for 502 and 503, which mean that a server died or is unavailable. Any other status is an answer. */
export const isAnswer = ({ status }: { status: number }): boolean => status !== 502 && status !== 503
