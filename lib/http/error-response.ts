import { findDatabaseError } from '@/db/database-error'
import type { Problem } from '@/lib/contract/api'
import type { TurnError } from '@/lib/contract/ui-message'
import { AppError, type ErrorCode, errorTable, isAppError } from '@/lib/errors'
import { describeError, type Log } from '@/lib/log'
import { quotaError } from '@/lib/rate-limit/row-quota'

/** Converts a problem to the body that the clients of a route expect, if that is not RFC 9457. */
export type ErrorShape = (problem: Problem) => object

/**
 * Returns the RFC 9457 response for a thrown error, and logs errors with a 5xx status. All routes must
 * report errors through this function.
 */
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

/** Returns the description of an error that a client may receive. */
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

/** Returns the error part for a stream that has already begun. */
export function turnError(code: ErrorCode): TurnError {
  return { code, message: errorTable[code].title, retryable: errorTable[code].retryable }
}

/**
 * Converts a thrown value to an `AppError`. An unavailable database becomes a 503 with a retry time,
 * any other unexpected error a 500.
 */
function toAppError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown
  const quota = quotaError(thrown)
  if (quota) return quota
  if (isDatabaseUnavailable(thrown))
    return new AppError('database_unavailable', { cause: thrown, retryAfterSeconds: 3 })
  return new AppError('internal', { cause: thrown })
}

/**
 * Whether the database is unavailable: SQLSTATE classes 08 (connection), 53 (resources) and 57
 * (operator intervention), or a failed query without SQLSTATE, because then the driver or the socket
 * failed and not the statement. better-auth hides an error of its session query behind a 500 of its
 * own, and only the database can fail there.
 */
function isDatabaseUnavailable(thrown: unknown): boolean {
  // Checked by a property, because each bundle of Next has its own copy of the class.
  if (thrown instanceof Error && 'statusCode' in thrown) return thrown.statusCode === 500
  const failure = findDatabaseError(thrown)
  return failure !== null && (failure.sqlState === null || /^(08|53|57)/.test(failure.sqlState))
}
