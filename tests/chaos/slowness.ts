import { setTimeout as pause } from 'node:timers/promises'

/**
 * Runs `work` and returns the longest response time of the probes meanwhile, in milliseconds. Routes that wait for
 * nothing only respond late if the machine is busy, so other measurements may have been delayed by as much. Each
 * probe is sent every `everyMs`, answered or not. Its time starts when it was due, because a stall of the test
 * process delays the probes too.
 */
export async function withSlowness<T>(
  work: () => Promise<T>,
  { probes, everyMs }: { probes: readonly (() => Promise<Response>)[]; everyMs: number },
): Promise<{ result: T; slownessMs: number }> {
  const durations: Promise<number>[] = []
  let isOver = false
  const watch = async () => {
    let due = performance.now()
    while (!isOver) {
      for (const probe of probes) durations.push(timeFrom(probe, due))
      due = Math.max(due, performance.now()) + everyMs
      await pause(due - performance.now())
    }
  }
  const watched = watch()
  try {
    const result = await work()
    isOver = true
    await watched
    return { result, slownessMs: Math.max(...(await Promise.all(durations))) }
  } finally {
    isOver = true
  }
}

async function timeFrom(probe: () => Promise<Response>, due: number): Promise<number> {
  await (await probe()).text()
  return performance.now() - due
}
