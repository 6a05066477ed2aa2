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
  ['401, whatever its words', refusal(401), 'provider_error'],
  ['no status', refusal(), 'provider_error'],
  ['a number in a stream', new StreamProviderError({ message: 'x', statusCode: 429 }), 'provider_rate_limited'],
  ['a broken answer', new InvalidResponseDataError({ data: null }), 'provider_error'],
  ['a 429 as a cause', new Error('outer', { cause: refusal(429) }), 'provider_rate_limited'],
  ['retries of something', new RetryError({ message: 'x', reason: 'abort', errors: [] }), 'provider_error'],
  ['an error that knows nothing', new Error('429'), 'provider_error'],
  ['no error at all', { statusCode: 429 }, 'provider_error'],
  ['nothing', undefined, 'provider_error'],
])('%s', (_, error, code) => {
  expect(classifyModelError(error, before)).toMatchObject({ code, cause: error })
})

test('whatever breaks after the first word has cut the answer off', () => {
  for (const error of [refusal(429), new Error('x'), undefined])
    expect(classifyModelError(error, { started: true, timedOut: false }).code).toBe('provider_cut')
})

test('our own timeout is a timeout, whatever broke with it', () => {
  for (const started of [true, false])
    expect(classifyModelError(refusal(429), { started, timedOut: true }).code).toBe('provider_timeout')
})

test('a request that is refused for what is in it is told from a provider that is not well', () => {
  for (const status of [400, 413, 422]) expect(isRequestRefused(refusal(status))).toBe(true)
  for (const error of [refusal(401), refusal(404), refusal(429), refusal(500), refusal(), new Error('400'), undefined])
    expect(isRequestRefused(error)).toBe(false)
})

test('a chain of causes that goes in a circle has an end', () => {
  const error = new Error('a')
  error.cause = error
  expect(classifyModelError(error, before).code).toBe('provider_error')
})

test('what the provider asks for is handed on', () => {
  expect(classifyModelError(refusal(429, { 'retry-after': '7' }), before).retryAfterSeconds).toBe(7)
  expect(classifyModelError(refusal(429), before).retryAfterSeconds).toBeNull()
})
