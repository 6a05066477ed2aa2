import { APICallError } from '@ai-sdk/provider'

/** How a call failed, in the product's words. */
export type ModelFailure = {
  code: 'provider_rate_limited' | 'provider_error' | 'provider_timeout' | 'provider_cut'
  /** What the provider asked for, in seconds; null where it said nothing. */
  retryAfterSeconds: number | null
  /** The provider's own error, for our log; never sent. */
  cause: unknown
}

/** Anthropic's "overloaded" is 529 and asks for the same as 429: come back later. */
const busyStatuses: readonly number[] = [429, 529]
/** Request timeout and gateway timeout: somebody between us and the model has waited long enough. */
const slowStatuses: readonly number[] = [408, 504]
/** Not understood, too large, not acceptable: the provider is well, and would say the same to any number of tries. */
const refusedStatuses: readonly number[] = [400, 413, 422]

/**
 * Names a failure by the error's class and status, never by its words. `when.timedOut`: one of our own timeouts ended
 * the call. `when.started`: the reader has seen a part of the answer, so that whatever broke has cut it off.
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

/** Whether the provider refused this one request for what is in it. */
export function isRequestRefused(error: unknown): boolean {
  const { status } = refusalOf(error)
  return status !== null && refusedStatuses.includes(status)
}

/** The errors of servers for images that their model cannot view. Routers report that there is no such model (404). */
const imageStatuses: readonly number[] = [400, 404, 413, 415, 422]
/** llama.cpp responds with 500 and explains the reason. */
const imageWords = /\b(image|vision|multimodal|multi-modal|mmproj)/i

/**
 * Whether a call with images may have been refused because of them. Then it can be retried without images; if the
 * reason was another one, that costs one call.
 */
export function areImagesRefused(error: unknown): boolean {
  const { status, text } = refusalOf(error)
  if (status === null) return false
  return imageStatuses.includes(status) || ((status === 500 || status === 501) && imageWords.test(text))
}

/**
 * Status and headers of the nearest error in the chain of causes that has any: `APICallError` from HTTP, the gateway's
 * errors around one, and `StreamProviderError` from an error event in a stream that began with 200.
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
 * What a refusing provider asks for, in seconds, at most a day; null where it says nothing that can be read. Header
 * names are lower case, as `APICallError.responseHeaders` has them. `retry-after-ms` is OpenAI's and the finer one.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>, nowMs = Date.now()): number | null {
  const milliseconds = number(headers['retry-after-ms'])
  if (milliseconds !== null) return bounded(milliseconds / 1000)
  const text = headers['retry-after']
  const seconds = number(text)
  if (seconds !== null) return bounded(seconds)
  // Only with a letter in it: to `Date.parse`, `-3` is a day in 2001.
  const date = text !== undefined && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : bounded((date - nowMs) / 1000)
}

const number = (text: string | undefined) => (text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null)
const bounded = (seconds: number) => Math.min(Math.max(seconds, 0), 86_400)
