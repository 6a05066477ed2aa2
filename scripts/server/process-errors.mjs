/**
 * Logs errors outside of requests by name and code only. A message may hold a query with a user's text, which
 * Next's own listeners would print, so those listeners are removed. The process continues, because ending it would
 * break the streams of all its users.
 * @param {(level: 'error', msg: string, fields: object) => void} log
 */
export function logProcessErrors(log) {
  for (const [event, msg] of /** @type {const} */ ([
    ['uncaughtException', 'uncaught exception'],
    ['unhandledRejection', 'unhandled rejection'],
  ])) {
    process.removeAllListeners(event)
    process.on(event, (/** @type {unknown} */ error) => log('error', msg, { error: errorName(error) }))
  }
}

/**
 * Ignores errors of the output streams. If the reader of a pipe ends, each log line fails, and the uncaught
 * exception of that failure would be logged to the same broken pipe.
 */
export function ignoreBrokenOutput() {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/**
 * Returns the name of an error and its code if it has one, but never its message.
 * @param {unknown} error
 */
export function errorName(error) {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error ? `${error.name} ${error.code}` : error.name
}
