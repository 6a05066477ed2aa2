import { readEnvironment } from '@/lib/env'
import { createLog, describeError, type Log } from '@/lib/log'
import { embedder, models } from '@/lib/model/client'
import { checkLimitNames } from '@/lib/rate-limit/rate-limit-request'

/**
 * Loads the package of the default model, which the first turn would otherwise load while it waits for Redis: a process
 * that is busy for longer than a Redis command may take misses its first look-up. In the background; a failure is the
 * first call's to report. An embedding model that cannot be loaded ends the process: it was asked for.
 */
export function warmUp(): void {
  const { catalog, languageModel } = models()
  void Promise.allSettled([languageModel(catalog.default)])
  embedder()?.load?.().catch(giveUp)
}

/** Opens the settings that can be wrong. Ends the process with one message that names all of it, or returns. */
export function checkBoot(): void {
  try {
    const env = readEnvironment()
    const log = createLog(env.LOG_LEVEL)
    if (env.NODE_ENV === 'production') consoleAsLog(console, log)
    models()
    checkLimitNames(env.RATE_LIMITS)
    if (env.RATE_LIMITS === 'off') log.warn('rate limits are off')
  } catch (error) {
    giveUp(error)
  }
}

/** The messages of these are made for the operator and hold no values. */
function giveUp(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : 'The settings cannot be read.'}\n`)
  process.exit(1)
}

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
