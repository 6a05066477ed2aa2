/**
 * What goes wrong outside of any request is one line in the log, by name and code: a message may hold a query with
 * somebody's text in it, which Next's own listeners would print whole. The process goes on, because an error that
 * nobody waited for is no reason to cut everybody else's stream.
 * @param {(level: 'error', msg: string, fields: object) => void} log
 */
export function logProcessErrors(log) {
  for (const [event, msg] of /** @type {const} */ ([
    ['uncaughtException', 'uncaught exception'],
    ['unhandledRejection', 'unhandled rejection'],
  ])) {
    process.removeAllListeners(event)
    process.on(event, (/** @type {unknown} */ error) => log('error', msg, { error: nameOf(error) }))
  }
}

/** A closed pipe at the other end of our output must not become an uncaught exception, whose log line fails again. */
export function ignoreBrokenOutput() {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/** @param {unknown} error */
export function nameOf(error) {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error ? `${error.name} ${error.code}` : error.name
}
