import { setTimeout as sleep } from 'node:timers/promises'

/** The app first, so that its last answers still find a database; the lock last, so that nobody starts in between. */
const stages = /** @type {const} */ (['app', 'cache', 'database', 'last'])

/** npm passes on the Ctrl-C that the terminal has already sent to everybody: one press arrives twice. */
const samePressMs = 1_000

/** @typedef {(options: { force: boolean }) => unknown} Stop */
/** @typedef {ReturnType<typeof createShutdown>} Shutdown */

/**
 * Ends everything in order at Ctrl-C or SIGTERM, and at once at a second one.
 * @param {(line: string) => void} say
 */
export function createShutdown(say) {
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
        say('Stopping (once more to stop at once) …')
        void run({ exitCode: 0 })
      } else if (now - firstSignalAt > samePressMs) {
        void run({ exitCode: 130, force: true })
      }
    })
  }

  /** @param {{ exitCode: number, force?: boolean }} options */
  async function run({ exitCode, force = false }) {
    controller.abort()
    // What is just being started registers itself in a moment; without waiting it would be left running.
    if (!force) await Promise.race([starting.catch(() => {}), sleep(15_000)])
    for (const stage of stages) {
      const all = [...stops[stage]].map((/** @type {Stop} */ stop) => stop({ force }))
      for (const result of await Promise.allSettled(all)) {
        if (result.status === 'rejected') say(`While stopping: ${result.reason}`)
      }
    }
    process.exit(exitCode)
  }

  return {
    signal: controller.signal,
    run,
    /** @param {typeof stages[number]} stage @param {Stop} stop */
    add: (stage, stop) => void stops[stage].add(stop),
    /** @param {Promise<unknown>} start waited for before anything is stopped */
    waitFor: (start) => {
      starting = start
    },
  }
}

/**
 * A SIGTERM to `npm start` ends npm and its shell, and never reaches us. Under npm only: started from a shell or a
 * service manager, a parent that goes away means nothing.
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
