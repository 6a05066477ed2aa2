/**
 * What a failed query says of itself. drizzle wraps the driver's error, and a driver's own class is not ours to test
 * for (there are two, and Next may load each more than once), so this goes by what the errors carry.
 */
export type DatabaseError = {
  /** Five characters from the server; null when the driver or the socket failed and not the statement. */
  sqlState: string | null
  /** The constraint that was violated, where one was. */
  constraint: string | null
}

/** Null for an error that does not come from a query. */
export function findDatabaseError(error: unknown): DatabaseError | null {
  if (!(error instanceof Error) || !('query' in error && 'params' in error)) return null
  const cause: object = error.cause instanceof Object ? error.cause : {}
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown }
  return {
    sqlState: typeof code === 'string' && 'severity' in cause ? code : null,
    constraint: typeof constraint === 'string' ? constraint : null,
  }
}
