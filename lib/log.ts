import { type Logger, pino } from 'pino'

/**
 * The fields that a log line may have. It is an allow-list because objects that are logged as a whole often contain
 * texts, titles, email addresses, cookies, keys or responses of a provider.
 */
export type LogFields = {
  requestId?: string
  method?: string
  route?: string
  status?: number
  durationMs?: number
  code?: string
  /** Keyed hash of the user's id, which joins the lines of one user without identifying the user. */
  user?: string
  /** Keyed hash of the email address that a request names, whether or not such an account exists. */
  account?: string
  /** Keyed hash of the network from which a request comes. */
  network?: string
  turnId?: string
  model?: string
  cache?: string
  reason?: string
  /**
   * Constructor name and code of an error. The message must not be logged, because database
   * drivers put SQL parameters in it.
   */
  error?: string
  port?: number
}

export type Log = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** Returns a log that adds these fields to every line. */
  with(fields: LogFields): Log
}

const root = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })

/**
 * Creates a log. `level` is a level of pino or `silent`. Each entry is one line of JSON on standard output;
 * line breaks in values are escaped.
 */
export function createLog(level: string): Log {
  return wrap(root.child({}, { level }))
}

function wrap(logger: Logger): Log {
  return {
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
    with: (fields) => wrap(logger.child(fields)),
  }
}

/**
 * Describes an error and its causes (at most four in all) without their messages, for example `PostgresError 23505`.
 */
export function describeError(error: unknown): string {
  const names: string[] = []
  for (let current = error; current instanceof Error && names.length < 4; current = current.cause) {
    const code = 'code' in current && typeof current.code === 'string' ? ` ${current.code}` : ''
    names.push(`${current.name}${code}`)
  }
  return names.join(' < ') || typeof error
}
