import { spawn } from 'node:child_process'
import { awaitReady } from './await-ready.mjs'
import { LaunchError } from './launch-error.mjs'
import { endProcess, waitUntil } from './wait-until.mjs'

/** Quick at first, since most ends are an accident; slow when it ends again and again. */
const firstPauseMs = 200
const longestPauseMs = 10_000
const healthyAfterMs = 30_000

/**
 * @typedef {object} Instance
 * @property {Promise<void>} ready rejects when it ends before it was ready once, or is not in time
 * @property {(options?: { force?: boolean }) => Promise<void>} stop
 */

/**
 * One app process, in a process group of its own, started again when it ends by itself.
 * @param {object} options
 * @param {string} options.name
 * @param {number} options.port
 * @param {string[]} options.args of node
 * @param {NodeJS.ProcessEnv} options.env
 * @param {{ add: (pid: number) => void, remove: (pid: number) => void }} options.record
 * @param {(line: string) => void} options.say
 * @param {number} options.readyTimeoutMs
 * @param {number} options.drainMs
 * @param {AbortSignal} options.signal ends the waiting for a first readiness
 * @returns {Instance}
 */
export function runInstance({ name, port, args, env, record, say, readyTimeoutMs, drainMs, signal }) {
  let pid = 0
  let stopping = false
  let wasReady = false
  let pauseMs = firstPauseMs
  /** @type {NodeJS.Timeout | undefined} */
  let restart

  function start() {
    const startedAt = performance.now()
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    const own = child.pid ?? 0
    pid = own
    if (own) record.add(own)
    child.once('error', () => {})
    child.once('exit', (code, signal) => {
      record.remove(own)
      pid = 0
      if (stopping || !wasReady) return
      if (performance.now() - startedAt >= healthyAfterMs) pauseMs = firstPauseMs
      say(`${name} ended (${signal ?? `exit code ${code}`}); starting it again in ${pauseMs / 1000} s`)
      restart = setTimeout(start, pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    })
  }

  async function stop({ force = false } = {}) {
    stopping = true
    clearTimeout(restart)
    if (!pid) return
    // Not SIGTERM: nobody in front of it has to hear first that it goes.
    const ask = /** @type {const} */ (['SIGINT', drainMs + 5_000])
    await endProcess(pid, force ? [['SIGKILL', 5_000]] : [ask, ['SIGKILL', 5_000]], { group: true })
    // Dead for the system is a moment earlier than ended for us, and the record is written at the latter.
    await waitUntil(() => pid === 0, { timeoutMs: 1_000 })
  }

  async function becomeReady() {
    wasReady = await awaitReady(port, { timeoutMs: readyTimeoutMs, hasEnded: () => pid === 0 || signal.aborted })
    if (wasReady) return
    signal.throwIfAborted()
    throw new LaunchError(
      pid ? `${name} was not ready after ${readyTimeoutMs / 1000} s.` : `${name} ended at its start.`,
    )
  }

  start()
  return { ready: becomeReady(), stop }
}
