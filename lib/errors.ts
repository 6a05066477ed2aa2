/**
 * Every failure a client can see, once: its status, whether sending the same request again can help, and the sentence
 * that a person reads. `http/error-response.ts` alone turns one into a Response or a stream part.
 * The idea of one table is dubinc/dub's `error-codes.ts`; retry-worthiness as data is vercel/ai's `APICallError`.
 */
export const errorTable = {
  invalid_request: { status: 400, retryable: false, title: 'The request is not valid.' },
  context_length_exceeded: { status: 400, retryable: false, title: 'This is more than the model can read.' },
  unauthenticated: { status: 401, retryable: false, title: 'Please sign in.' },
  origin_mismatch: { status: 403, retryable: false, title: 'This request did not come from this site.' },
  insufficient_scope: { status: 403, retryable: false, title: 'This key may not do that.' },
  session_not_fresh: {
    status: 403,
    retryable: false,
    title: 'Please sign in again: this needs a sign-in of the last day.',
  },
  quota_exceeded: { status: 403, retryable: false, title: 'The limit is reached. Delete something to make room.' },
  not_found: { status: 404, retryable: false, title: 'Not found.' },
  model_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such model. GET /v1/models lists those there are.',
  },
  method_not_allowed: { status: 405, retryable: false, title: 'This method is not allowed here.' },
  turn_in_progress: { status: 409, retryable: true, title: 'An answer is still being written in this conversation.' },
  too_many_keys: { status: 409, retryable: false, title: 'There may be 20 API keys. Revoke one that is not needed.' },
  body_too_large: { status: 413, retryable: false, title: 'The request is too large.' },
  unsupported_media_type: { status: 415, retryable: false, title: 'Only JSON is accepted here.' },
  tool_failed: { status: 422, retryable: false, title: 'The tool could not do it.' },
  idempotency_mismatch: { status: 422, retryable: false, title: 'This id was already used for something else.' },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests. Please wait a little.' },
  internal: { status: 500, retryable: true, title: 'Something went wrong on our side.' },
  provider_rate_limited: { status: 502, retryable: true, title: 'The model is busy. Please try again shortly.' },
  provider_error: { status: 502, retryable: true, title: 'The model could not answer.' },
  provider_cut: { status: 502, retryable: true, title: 'The answer was cut off.' },
  database_unavailable: { status: 503, retryable: true, title: 'Conversations cannot be reached right now.' },
  draining: { status: 503, retryable: true, title: 'This server is about to stop.' },
  not_cached: { status: 504, retryable: false, title: 'No stored answer to this question.' },
  provider_timeout: { status: 504, retryable: true, title: 'The model took too long.' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>

export type ErrorCode = keyof typeof errorTable

/** A field of a request that was refused: where, and in words why. */
export type FieldError = { path: string; message: string }

type Details = {
  /** What happened, for our log; never sent. */
  cause?: unknown
  /** One sentence for the client, where the table's own says too little. Never names a key, host, SQL or stack. */
  detail?: string
  fields?: readonly FieldError[]
  /** Seconds after which a retry can help (429 and 503). */
  retryAfterSeconds?: number
  /** Further headers of the response. */
  headers?: Readonly<Record<string, string>>
}

const marker = Symbol.for('goldfish.AppError')

/** The only error thrown on purpose. Anything else that reaches the exit is `internal`. */
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
 * Whether something thrown is an `AppError`. By its mark and not by its class: a handle that one bundle of Next opened
 * throws the class of that bundle. The idea is vercel/ai's.
 */
export function isAppError(thrown: unknown): thrown is AppError {
  return thrown instanceof Error && marker in thrown
}
