import { type Logger, pino } from 'pino'

/**
 * The fields a log line may carry. An allow-list, because texts, titles, e-mails, cookies, keys and provider bodies
 * hide in every object that one is tempted to log whole.
 */
export type LogFields = {
  requestId?: string
  method?: string
  route?: string
  status?: number
  durationMs?: number
  code?: string
  /** Keyed hash of the user's id, so that lines can be joined without naming anyone. */
  user?: string
  /** Keyed hash of the e-mail address that a request names, whether or not such an account exists. */
  account?: string
  /** Keyed hash of the network from which a request comes. */
  network?: string
  turnId?: string
  model?: string
  cache?: string
  reason?: string
  /** Constructor name and code of an error, never its message: drivers put SQL parameters there. */
  error?: string
  port?: number
}

export type Log = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** A log whose every line carries these fields too. */
  with(fields: LogFields): Log
}

const root = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })

/** `level` is a pino level name or `silent`. Lines are JSON on standard output, newline-safe by construction. */
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

/** What may be said of an error in a log: its name and driver code (`PostgresError 23505`), through its causes. */
export function describeError(error: unknown): string {
  const names: string[] = []
  for (let current = error; current instanceof Error && names.length < 4; current = current.cause) {
    const code = 'code' in current && typeof current.code === 'string' ? ` ${current.code}` : ''
    names.push(`${current.name}${code}`)
  }
  return names.join(' < ') || typeof error
}
