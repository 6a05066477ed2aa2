/**
 * Details of a failed query. drizzle wraps the driver's error. `instanceof` cannot be used for the driver's class,
 * because there are two drivers and Next may load each of them more than once, so the properties of the error are
 * checked instead.
 */
export type DatabaseError = {
  /** Five-character SQLSTATE from the server. Null if the driver or the socket failed and not the statement. */
  sqlState: string | null
  /** The violated constraint, if any. */
  constraint: string | null
}

/** Returns the details of a failed query, or null for any other error. */
export function findDatabaseError(error: unknown): DatabaseError | null {
  if (!(error instanceof Error) || !('query' in error && 'params' in error)) return null
  const cause: object = error.cause instanceof Object ? error.cause : {}
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown }
  return {
    sqlState: typeof code === 'string' && 'severity' in cause ? code : null,
    constraint: typeof constraint === 'string' ? constraint : null,
  }
}
