import { describeError, type Log } from '@/lib/log'

/**
 * Turns what is printed to the console into log lines. Next prints errors and warnings there by itself, some with text of
 * the request in them, over several lines, which could be mistaken for lines of the log. Only the names and codes of
 * errors are kept. Nothing in the product prints to the console.
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
