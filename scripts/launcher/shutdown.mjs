import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The app stops first, so that it can still store its last answers. The lock is released last, because another
 * launcher must not start before everything has stopped.
 */
const stages = /** @type {const} */ (['app', 'cache', 'database', 'last'])

/** One Ctrl-C can arrive twice within this time: from the terminal, which signals all its processes, and from npm. */
const samePressWindowMs = 1_000

/** @typedef {(options: { force: boolean }) => unknown} Stop */
/** @typedef {ReturnType<typeof createShutdown>} Shutdown */

/**
 * Stops everything in order at Ctrl-C or SIGTERM, and at once at a second signal.
 * @param {(line: string) => void} print
 */
export function createShutdown(print) {
  const controller = new AbortController()
  const stops = { app: new Set(), cache: new Set(), database: new Set(), last: new Set() }
  /** @type {Promise<unknown>} */
  let starting = Promise.resolve()
  let firstSignalAt = 0

  stopWithNpm(() => void run({ exitCode: 0 }))
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const now = performance.now()
      if (!firstSignalAt) {
        firstSignalAt = now
        print('Stopping … (press Ctrl-C again to stop at once)')
        void run({ exitCode: 0 })
      } else if (now - firstSignalAt > samePressWindowMs) {
        void run({ exitCode: 130, force: true })
      }
    })
  }

  /** @param {{ exitCode: number, force?: boolean }} options */
  async function run({ exitCode, force = false }) {
    controller.abort()
    // Services that are still starting register themselves when they have started. They
    // would otherwise be left running.
    if (!force) await Promise.race([starting.catch(() => {}), sleep(15_000)])
    for (const stage of stages) {
      const all = [...stops[stage]].map((/** @type {Stop} */ stop) => stop({ force }))
      for (const result of await Promise.allSettled(all)) {
        if (result.status === 'rejected') print(`While stopping: ${result.reason}`)
      }
    }
    process.exit(exitCode)
  }

  return {
    signal: controller.signal,
    run,
    /** @param {typeof stages[number]} stage @param {Stop} stop */
    add: (stage, stop) => void stops[stage].add(stop),
    /** @param {Promise<unknown>} start Must settle before anything is stopped */
    waitFor: (start) => {
      starting = start
    },
  }
}

/**
 * Stops when npm ends, because a SIGTERM to `npm start` ends npm and its shell and is not forwarded to this process.
 * Applies only under npm: a shell or service manager may end while the process should keep running.
 * @param {() => void} stop
 */
function stopWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stop()
  }, 250)
  watch.unref()
}
