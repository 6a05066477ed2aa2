import { APICallError } from '@ai-sdk/provider'

/** How a call failed. */
export type ModelFailure = {
  code: 'provider_rate_limited' | 'provider_error' | 'provider_timeout' | 'provider_cut'
  /** The wait that the provider requested, in seconds. Null if it requested none. */
  retryAfterSeconds: number | null
  /** The provider's own error. It is logged and must never be sent to a client. */
  cause: unknown
}

/** Anthropic reports an overload as 529. As with 429, the client should retry later. */
const busyStatuses: readonly number[] = [429, 529]
/** Request timeout and gateway timeout, which are reported by servers between us and the model. */
const slowStatuses: readonly number[] = [408, 504]
/** Invalid, too large, unprocessable: the provider works, and every retry will be refused as well. */
const refusedStatuses: readonly number[] = [400, 413, 422]

/**
 * Classifies a failure by the error's class and status, never by its message. `when.timedOut`: one of our own timeouts
 * ended the call. `when.started`: the user has seen a part of the answer, so every other failure has cut it off.
 */
export function classifyModelError(error: unknown, when: { started: boolean; timedOut: boolean }): ModelFailure {
  const { status, headers } = refusalOf(error)
  const failed = (code: ModelFailure['code']) => ({ code, retryAfterSeconds: retryAfterSeconds(headers), cause: error })
  if (when.timedOut) return failed('provider_timeout')
  if (when.started) return failed('provider_cut')
  if (status !== null && busyStatuses.includes(status)) return failed('provider_rate_limited')
  if (status !== null && slowStatuses.includes(status)) return failed('provider_timeout')
  return failed('provider_error')
}

/** Whether the provider refused the request because of its content. */
export function isRequestRefused(error: unknown): boolean {
  const { status } = refusalOf(error)
  return status !== null && refusedStatuses.includes(status)
}

/** The errors of servers for images that their model cannot view. Routers report that there is no such model (404). */
const imageStatuses: readonly number[] = [400, 404, 413, 415, 422]
/** llama.cpp responds with 500 and names the reason in its message. */
const imageWords = /\b(image|vision|multimodal|multi-modal|mmproj)/i

/**
 * Whether a call with images may have been refused because of them. It should then be retried without images. If the
 * reason was another one, the retry costs one call.
 */
export function areImagesRefused(error: unknown): boolean {
  const { status, text } = refusalOf(error)
  if (status === null) return false
  return imageStatuses.includes(status) || ((status === 500 || status === 501) && imageWords.test(text))
}

/**
 * Returns status, headers and text of the nearest error in the chain of causes that has any: `APICallError` from
 * HTTP, the gateway's errors around one, and `StreamProviderError` from an error event in a stream that began with
 * 200.
 */
function refusalOf(error: unknown): { status: number | null; headers: Record<string, string>; text: string } {
  let status: number | null = null
  let text = ''
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if ('statusCode' in current && typeof current.statusCode === 'number') status ??= current.statusCode
    text += `${current.message}\n`
    if (!APICallError.isInstance(current)) continue
    text += current.responseBody ?? ''
    if (current.responseHeaders) return { status, headers: current.responseHeaders, text }
  }
  return { status, headers: {}, text }
}

/**
 * Returns the wait that a provider requests, in seconds and at most a day. Null if the headers are missing or invalid.
 * Header names must be lower case, as in `APICallError.responseHeaders`. `retry-after-ms`, which OpenAI sends, takes
 * precedence because it is more precise.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>, nowMs = Date.now()): number | null {
  const milliseconds = number(headers['retry-after-ms'])
  if (milliseconds !== null) return bounded(milliseconds / 1000)
  const text = headers['retry-after']
  const seconds = number(text)
  if (seconds !== null) return bounded(seconds)
  // A date must contain a letter, because `Date.parse` reads `-3` as a day in 2001.
  const date = text !== undefined && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : bounded((date - nowMs) / 1000)
}

const number = (text: string | undefined) => (text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null)
const bounded = (seconds: number) => Math.min(Math.max(seconds, 0), 86_400)
