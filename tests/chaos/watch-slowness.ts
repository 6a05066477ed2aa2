import { setTimeout as pause } from 'node:timers/promises'

const pauseMs = 50

export type SlownessWatch = { end: () => number }

/** Requests the readiness of a process, which calls Postgres and Redis. */
export async function requestReadiness(url: string): Promise<void> {
  await (await fetch(`${url}/api/health/ready`)).text()
}

/**
 * Measures how long a process takes to respond with its readiness. A save is delayed by the same causes: the process,
 * its connections, or Postgres. `end` stops the measurement and returns the maximum in milliseconds, including a
 * request that is still running.
 */
export function watchSlowness(url: string): SlownessWatch {
  let worstMs = 0
  let requestedAt: number | null = null
  let isOver = false
  const measure = () => {
    if (requestedAt !== null) worstMs = Math.max(worstMs, performance.now() - requestedAt)
    requestedAt = null
  }
  const watch = async () => {
    while (!isOver) {
      requestedAt = performance.now()
      await requestReadiness(url)
      measure()
      await pause(pauseMs)
    }
  }
  // The process is being killed, so the request fails.
  watch().catch(measure)
  return {
    end: () => {
      isOver = true
      measure()
      return Math.round(worstMs)
    },
  }
}
