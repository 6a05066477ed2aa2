import { setTimeout as pause } from 'node:timers/promises'

/**
 * What this machine took at worst, in milliseconds, to answer what waits for nothing, while `work` went on: all that is
 * measured beside it may have been held up for as long. Each probe is sent every `everyMs`, answered or not. Its time
 * begins when it was due, since a stall that hits the tests themselves lets no probe out.
 */
export async function withSlowness<T>(
  work: () => Promise<T>,
  { probes, everyMs }: { probes: readonly (() => Promise<Response>)[]; everyMs: number },
): Promise<{ result: T; slownessMs: number }> {
  const taken: Promise<number>[] = []
  let isOver = false
  const watch = async () => {
    let due = performance.now()
    while (!isOver) {
      for (const probe of probes) taken.push(timeToTell(probe, due))
      due = Math.max(due, performance.now()) + everyMs
      await pause(due - performance.now())
    }
  }
  const watched = watch()
  try {
    const result = await work()
    isOver = true
    await watched
    return { result, slownessMs: Math.max(...(await Promise.all(taken))) }
  } finally {
    isOver = true
  }
}

async function timeToTell(probe: () => Promise<Response>, due: number): Promise<number> {
  await (await probe()).text()
  return performance.now() - due
}
