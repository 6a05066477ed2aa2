import { setTimeout as pause } from 'node:timers/promises'

const askEveryMs = 50

export type SlownessWatch = { end: () => number }

/** Has a process ask Postgres and Redis for an answer. */
export async function askReady(url: string): Promise<void> {
  await (await fetch(`${url}/api/health/ready`)).text()
}

/**
 * What a process takes at worst, in milliseconds, to say that it reaches its stores: a save goes the same way and waits for
 * the same things, be it the process, its connections or Postgres. `end` ends it and tells; an ask that is still out counts.
 */
export function watchSlowness(url: string): SlownessWatch {
  let worstMs = 0
  let askedAt: number | null = null
  let isOver = false
  const take = () => {
    if (askedAt !== null) worstMs = Math.max(worstMs, performance.now() - askedAt)
    askedAt = null
  }
  const watch = async () => {
    while (!isOver) {
      askedAt = performance.now()
      await askReady(url)
      take()
      await pause(askEveryMs)
    }
  }
  // It is being killed: nobody answers any more.
  watch().catch(take)
  return {
    end: () => {
      isOver = true
      take()
      return Math.round(worstMs)
    },
  }
}
