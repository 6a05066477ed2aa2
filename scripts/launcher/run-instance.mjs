import { spawn } from 'node:child_process'
import { awaitReady } from './await-ready.mjs'
import { LaunchError } from './launch-error.mjs'
import { endProcess, waitUntil } from './wait-until.mjs'

/** Restarts begin quickly, because most crashes are single events, and slow down if the process keeps ending. */
const minRestartDelayMs = 200
const maxRestartDelayMs = 10_000
const healthyAfterMs = 30_000

/**
 * @typedef {object} Instance
 * @property {Promise<void>} ready Rejects if the process ends before it is ready, or is not ready in time
 * @property {(options?: { force?: boolean }) => Promise<void>} stop
 */

/**
 * Runs an app process in its own process group. After it was ready once, it is restarted whenever it ends unexpectedly.
 * @param {object} options
 * @param {string} options.name
 * @param {number} options.port
 * @param {string[]} options.args Arguments of `node`
 * @param {NodeJS.ProcessEnv} options.env
 * @param {{ add: (pid: number) => void, remove: (pid: number) => void }} options.record
 * @param {(line: string) => void} options.print
 * @param {number} options.readyTimeoutMs
 * @param {number} options.drainMs
 * @param {AbortSignal} options.signal Ends the wait for the first readiness
 * @returns {Instance}
 */
export function runInstance({ name, port, args, env, record, print, readyTimeoutMs, drainMs, signal }) {
  let pid = 0
  let stopping = false
  let wasReady = false
  let restartDelayMs = minRestartDelayMs
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
      if (performance.now() - startedAt >= healthyAfterMs) restartDelayMs = minRestartDelayMs
      print(`${name} ended (${signal ?? `exit code ${code}`}). Restarting it in ${restartDelayMs / 1000} s`)
      restart = setTimeout(start, restartDelayMs)
      restartDelayMs = Math.min(restartDelayMs * 2, maxRestartDelayMs)
    })
  }

  async function stop({ force = false } = {}) {
    stopping = true
    clearTimeout(restart)
    if (!pid) return
    // SIGINT skips the draining stage of SIGTERM, because no external load balancer needs time to notice the stop.
    const stopStep = /** @type {const} */ (['SIGINT', drainMs + 5_000])
    await endProcess(pid, force ? [['SIGKILL', 5_000]] : [stopStep, ['SIGKILL', 5_000]], { group: true })
    // The process is gone before our exit listener runs, and the record is updated only in that listener.
    await waitUntil(() => pid === 0, { timeoutMs: 1_000 })
  }

  async function becomeReady() {
    wasReady = await awaitReady(port, { timeoutMs: readyTimeoutMs, hasEnded: () => pid === 0 || signal.aborted })
    if (wasReady) return
    signal.throwIfAborted()
    throw new LaunchError(
      pid ? `${name} was not ready after ${readyTimeoutMs / 1000} s.` : `${name} ended while it was starting.`,
    )
  }

  start()
  return { ready: becomeReady(), stop }
}
