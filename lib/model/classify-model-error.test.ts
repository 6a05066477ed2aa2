import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { RetryError, StreamProviderError } from 'ai'
import { expect, test } from 'vitest'
import { classifyModelError, isRequestRefused } from './classify-model-error'

const refusal = (statusCode?: number, responseHeaders?: Record<string, string>) =>
  new APICallError({
    message: 'rate limit timeout overloaded',
    url: 'https://models.example',
    requestBodyValues: {},
    ...(statusCode && { statusCode }),
    ...(responseHeaders && { responseHeaders }),
  })
const before = { started: false, timedOut: false }

test.each([
  ['429', refusal(429), 'provider_rate_limited'],
  ['529', refusal(529), 'provider_rate_limited'],
  ['408', refusal(408), 'provider_timeout'],
  ['504', refusal(504), 'provider_timeout'],
  ['500', refusal(500), 'provider_error'],
  ['503', refusal(503), 'provider_error'],
  ['401 with any message', refusal(401), 'provider_error'],
  ['an error without a status', refusal(), 'provider_error'],
  [
    'a status in an error event of a stream',
    new StreamProviderError({ message: 'x', statusCode: 429 }),
    'provider_rate_limited',
  ],
  ['an invalid response', new InvalidResponseDataError({ data: null }), 'provider_error'],
  ['a cause with the status 429', new Error('outer', { cause: refusal(429) }), 'provider_rate_limited'],
  [
    'an error after retries without a cause',
    new RetryError({ message: 'x', reason: 'abort', errors: [] }),
    'provider_error',
  ],
  ['an error of an unknown class', new Error('429'), 'provider_error'],
  ['an object that is not an error', { statusCode: 429 }, 'provider_error'],
  ['undefined', undefined, 'provider_error'],
])('classifies %s', (_, error, code) => {
  expect(classifyModelError(error, before)).toMatchObject({ code, cause: error })
})

test('classifies every failure after the first output as a cut', () => {
  for (const error of [refusal(429), new Error('x'), undefined])
    expect(classifyModelError(error, { started: true, timedOut: false }).code).toBe('provider_cut')
})

test('classifies a failure after our own timeout as a timeout', () => {
  for (const started of [true, false])
    expect(classifyModelError(refusal(429), { started, timedOut: true }).code).toBe('provider_timeout')
})

test('distinguishes a request that was refused for its content from a failing provider', () => {
  for (const status of [400, 413, 422]) expect(isRequestRefused(refusal(status))).toBe(true)
  for (const error of [refusal(401), refusal(404), refusal(429), refusal(500), refusal(), new Error('400'), undefined])
    expect(isRequestRefused(error)).toBe(false)
})

test('reads a circular chain of causes', () => {
  const error = new Error('a')
  error.cause = error
  expect(classifyModelError(error, before).code).toBe('provider_error')
})

test('returns the wait that the provider requests', () => {
  expect(classifyModelError(refusal(429, { 'retry-after': '7' }), before).retryAfterSeconds).toBe(7)
  expect(classifyModelError(refusal(429), before).retryAfterSeconds).toBeNull()
})
