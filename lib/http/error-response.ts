import { findDatabaseError } from '@/db/database-error'
import type { Problem } from '@/lib/contract/api'
import type { TurnError } from '@/lib/contract/ui-message'
import { AppError, type ErrorCode, errorTable, isAppError } from '@/lib/errors'
import { describeError, type Log } from '@/lib/log'
import { quotaError } from '@/lib/rate-limit/row-quota'

/** How a route's clients want a problem written down, where not as RFC 9457 has it. */
export type ErrorShape = (problem: Problem) => object

/** The only exit for errors: whatever was thrown becomes an RFC 9457 response, and one log line if it is our fault. */
export function errorResponse(thrown: unknown, requestId: string, log: Log, shape?: ErrorShape): Response {
  const error = toAppError(thrown)
  const problem = problemOf(error, requestId)
  const { status, retryAfter } = problem
  if (status >= 500) log.error('request failed', { code: error.code, error: describeError(error) })
  return new Response(JSON.stringify(shape ? shape(problem) : problem), {
    status,
    headers: {
      'content-type': shape ? 'application/json' : 'application/problem+json',
      'cache-control': 'private, no-store',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...error.details.headers,
    },
  })
}

/** What a client is told of an error. */
export function problemOf(error: AppError, requestId: string): Problem {
  const { status, title } = errorTable[error.code]
  const retryAfter = error.details.retryAfterSeconds
  return {
    type: 'about:blank',
    title,
    status,
    detail: error.details.detail ?? title,
    code: error.code,
    requestId,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(error.details.fields && { errors: error.details.fields }),
  }
}

/** The same for an error that comes when the stream has begun. */
export function turnError(code: ErrorCode): TurnError {
  return { code, message: errorTable[code].title, retryable: errorTable[code].retryable }
}

/** A database that cannot be reached is a state to wait out (503), anything else unexpected is ours (500). */
function toAppError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown
  const quota = quotaError(thrown)
  if (quota) return quota
  if (isDatabaseUnavailable(thrown))
    return new AppError('database_unavailable', { cause: thrown, retryAfterSeconds: 3 })
  return new AppError('internal', { cause: thrown })
}

/**
 * SQLSTATE classes 08 (connection), 53 (resources), 57 (operator intervention), or a failed query with no SQLSTATE at
 * all: then it was the driver or the socket that failed, not the statement. better-auth hides what its session query
 * threw behind a 500 of its own; nothing but the database can fail there.
 */
function isDatabaseUnavailable(thrown: unknown): boolean {
  // By what it carries: the class may be that of another of Next's bundles.
  if (thrown instanceof Error && 'statusCode' in thrown) return thrown.statusCode === 500
  const failure = findDatabaseError(thrown)
  return failure !== null && (failure.sqlState === null || /^(08|53|57)/.test(failure.sqlState))
}
