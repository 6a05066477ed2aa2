import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './process-identity.mjs'

/**
 * Asks until the answer is neither null, undefined nor false.
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {{ timeoutMs: number, everyMs?: number }} patience
 * @returns {Promise<Exclude<T, null | undefined | false> | null>} null when the time is over
 */
export async function waitUntil(ask, { timeoutMs, everyMs = 10 }) {
  const end = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) {
      return /** @type {Exclude<T, null | undefined | false>} */ (answer)
    }
    if (performance.now() >= end) return null
    await sleep(everyMs)
  }
}

/**
 * Sends the signals one after the other, each with its time to work, until the process is gone. It need not be our
 * child: after a kill -9 of the launcher it belongs to init.
 * @param {number} pid
 * @param {ReadonlyArray<readonly [NodeJS.Signals, number]>} steps signal and milliseconds
 * @param {{ group?: boolean }} [options] group: the whole process group that it leads
 */
export async function endProcess(pid, steps, { group = false } = {}) {
  for (const [signal, timeoutMs] of steps) {
    try {
      process.kill(group ? -pid : pid, signal)
    } catch {
      if (!isAlive(pid)) return true
    }
    if (await waitUntil(() => !isAlive(pid), { timeoutMs })) return true
  }
  return !isAlive(pid)
}
