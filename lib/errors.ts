import type { z } from 'zod'

/**
 * All errors that a client can receive: the HTTP status, whether the same request should be retried, and a sentence
 * for people. Only `lib/http/error-response.ts` converts an error to a response or a stream part. The single table
 * follows dubinc/dub; retryability as data follows `APICallError` of vercel/ai.
 */
export const errorTable = {
  invalid_request: { status: 400, retryable: false, title: 'The request is not valid.' },
  context_length_exceeded: { status: 400, retryable: false, title: 'The input is too long for this model.' },
  unauthenticated: { status: 401, retryable: false, title: 'Please sign in.' },
  origin_mismatch: { status: 403, retryable: false, title: 'This request did not come from this site.' },
  insufficient_scope: { status: 403, retryable: false, title: 'This API key does not have the required scope.' },
  session_not_fresh: {
    status: 403,
    retryable: false,
    title: 'Please sign in again. This action requires a sign-in within the last 24 hours.',
  },
  quota_exceeded: {
    status: 403,
    retryable: false,
    title: 'You have reached the limit. Delete something to make room.',
  },
  not_found: { status: 404, retryable: false, title: 'Not found. It may have been deleted.' },
  model_not_found: {
    status: 404,
    retryable: false,
    title: 'Model not found. GET /v1/models lists the available models.',
  },
  method_not_allowed: { status: 405, retryable: false, title: 'Method not allowed.' },
  turn_in_progress: { status: 409, retryable: true, title: 'An answer is still being written in this conversation.' },
  too_many_keys: {
    status: 409,
    retryable: false,
    title: 'You have reached the maximum of 20 API keys. Revoke one that you no longer need.',
  },
  body_too_large: { status: 413, retryable: false, title: 'The request is too large.' },
  unsupported_media_type: { status: 415, retryable: false, title: 'The Content-Type must be application/json.' },
  tool_failed: { status: 422, retryable: false, title: 'The tool failed.' },
  idempotency_mismatch: { status: 422, retryable: false, title: 'This id was already used for a different request.' },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests. Please wait before you try again.' },
  internal: { status: 500, retryable: true, title: 'Something went wrong on our side.' },
  provider_rate_limited: { status: 502, retryable: true, title: 'The model is busy. Please try again shortly.' },
  provider_error: { status: 502, retryable: true, title: 'The model could not answer.' },
  provider_cut: { status: 502, retryable: true, title: 'The answer was cut off.' },
  database_unavailable: { status: 503, retryable: true, title: 'The database is temporarily unavailable.' },
  draining: { status: 503, retryable: true, title: 'This server is shutting down. Please try again.' },
  not_cached: { status: 504, retryable: false, title: 'There is no cached answer to this question.' },
  provider_timeout: { status: 504, retryable: true, title: 'The model took too long to answer.' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>

export type ErrorCode = keyof typeof errorTable

/** A rejected field of a request, with the reason in words. */
export type FieldError = { path: string; message: string }

type Details = {
  /** The underlying error. It is logged and must never be sent. */
  cause?: unknown
  /**
   * A sentence for the client that is more specific than the title. It must not contain a
   * key, host, SQL statement or stack.
   */
  detail?: string
  fields?: readonly FieldError[]
  /** Seconds after which a retry may succeed (429 and 503). */
  retryAfterSeconds?: number
  /** Additional headers of the error response. */
  headers?: Readonly<Record<string, string>>
}

const marker = Symbol.for('goldfish.AppError')

/**
 * The only error that the product throws deliberately. `lib/http/error-response.ts` converts every other error to
 * `internal`, or to `database_unavailable` if the database cannot be reached.
 */
export class AppError extends Error {
  override name = 'AppError'
  readonly [marker] = true
  readonly code: ErrorCode
  readonly details: Details
  constructor(code: ErrorCode, details: Details = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.details = details
  }
}

/**
 * Returns the error for a value that a schema rejects. Names at most 20 fields and shortens them, because paths and
 * messages can contain text of the request, of any length.
 */
export function invalidRequest({ issues }: Pick<z.ZodError, 'issues'>): AppError {
  const fields = issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.join('.').slice(0, 200), message: message.slice(0, 500) }))
  return new AppError('invalid_request', { fields })
}

/**
 * Whether a thrown value is an `AppError`. A marker identifies it instead of the class, because every bundle of Next
 * has its own copy of the class, and a handle that another bundle opened throws that copy. vercel/ai does the same.
 */
export function isAppError(thrown: unknown): thrown is AppError {
  return thrown instanceof Error && marker in thrown
}
