import { readEnvironment } from '@/lib/env'
import { createLog, describeError, type Log } from '@/lib/log'
import { embedder, models } from '@/lib/model/client'
import { checkLimitNames } from '@/lib/rate-limit/rate-limit-request'

/**
 * Loads the package of the default model in the background. Otherwise the first turn would load it while it
 * waits for Redis, and a process that is busy for longer than a Redis command may take would miss its first
 * lookup. A failure is ignored, because the first call will report it. If a configured embedding model
 * cannot be loaded, the process exits.
 */
export function warmUp(): void {
  const { catalog, languageModel } = models()
  void Promise.allSettled([languageModel(catalog.default)])
  embedder()?.load?.().catch(exitWithMessage)
}

/** Validates all settings. If any are invalid, prints one message about all of them and exits. */
export function checkBoot(): void {
  try {
    const env = readEnvironment()
    const log = createLog(env.LOG_LEVEL)
    if (env.NODE_ENV === 'production') consoleAsLog(console, log)
    models()
    checkLimitNames(env.RATE_LIMITS)
    if (env.RATE_LIMITS === 'off') log.warn('rate limits are off')
  } catch (error) {
    exitWithMessage(error)
  }
}

/**
 * Prints the message of an error and exits. The errors of invalid settings are written for the
 * operator and contain no values.
 */
function exitWithMessage(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : 'The settings cannot be read.'}\n`)
  process.exit(1)
}

/**
 * Redirects console output to the log. Next prints errors and warnings, some of which contain text of the request
 * over several lines that could be mistaken for log lines. Only the names and codes of errors are kept. The product
 * itself must not print to the console.
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
