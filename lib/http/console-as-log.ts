import { describeError, type Log } from '@/lib/log'

/**
 * Converts console output to log lines. Next prints errors and warnings, some of which contain text of the request over
 * several lines that could be mistaken for log lines. Only the names and codes of errors are kept. The product itself
 * does not print to the console.
 */
export function consoleAsLog(console: Pick<Console, 'log' | 'info' | 'warn' | 'error' | 'debug'>, log: Log): void {
  const errorOf = (values: readonly unknown[]) => {
    const error = values.find((value) => value instanceof Error)
    return error ? { error: describeError(error) } : {}
  }
  console.error = (...values) => log.error('console', errorOf(values))
  console.warn = (...values) => log.warn('console', errorOf(values))
  console.info = (...values) => log.info('console', errorOf(values))
  console.log = console.info
  console.debug = () => undefined
}
