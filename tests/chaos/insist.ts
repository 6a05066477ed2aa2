import { setTimeout as pause } from 'node:timers/promises'

/** Longer than a dead turn's lease and the sweep after it: whoever insists for so long has been told everything. */
const insistForMs = 45_000
const longestPauseMs = 800

/**
 * Tries again for as long as `attempt` gives null or throws because a connection broke, as a client does that lost its
 * server: soon at first, then less often. Throws with the last reason when it takes too long.
 */
export async function insist<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
  const until = Date.now() + insistForMs
  let reason: unknown = 'no answer'
  for (let pauseMs = 25; Date.now() < until; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const result = await attempt()
      if (result !== null) return result
    } catch (error) {
      if (!isBrokenConnection(error)) throw error
      reason = error
    }
    await pause(pauseMs)
  }
  throw new Error(`${what}: given up after ${insistForMs} ms`, { cause: reason })
}

/** What `fetch` throws when the other side is gone: refused, reset, or cut while the body was read. */
export const isBrokenConnection = (error: unknown): boolean => error instanceof TypeError

/** 502 and 503 say that somebody broke off or is not up; every other status is an answer. */
export const isAnswer = ({ status }: { status: number }): boolean => status !== 502 && status !== 503
