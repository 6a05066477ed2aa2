import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './process-identity.mjs'

/**
 * Calls `check` repeatedly until its result is not null, undefined or false.
 * @template T
 * @param {() => T | Promise<T>} check
 * @param {{ timeoutMs: number, everyMs?: number }} options
 * @returns {Promise<Exclude<T, null | undefined | false> | null>} The result, or null after the timeout
 */
export async function waitUntil(check, { timeoutMs, everyMs = 10 }) {
  const end = performance.now() + timeoutMs
  for (;;) {
    const result = await check()
    if (result !== null && result !== undefined && result !== false) {
      return /** @type {Exclude<T, null | undefined | false>} */ (result)
    }
    if (performance.now() >= end) return null
    await sleep(everyMs)
  }
}

/**
 * Sends the signals one after the other, each with its own timeout, until the process has ended. The process need not
 * be a child of this one: after the launcher was killed it belongs to init.
 * @param {number} pid
 * @param {ReadonlyArray<readonly [NodeJS.Signals, number]>} steps Signals and timeouts in milliseconds
 * @param {{ group?: boolean }} [options] `group` signals the whole process group that the process leads
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
