import { expect, test } from 'vitest'
import type { RateLimitOutcome } from './consume-rate-limit'
import type { PolicyName } from './policies'
import { rateLimitRequests } from './rate-limit-request'
import { rateLimited, rateLimitHeaders } from './require-rate-limit'

const outcome = (names: PolicyName[], changes: Partial<RateLimitOutcome> = {}): RateLimitOutcome => ({
  allowed: true,
  retryAfterSeconds: 0,
  results: rateLimitRequests({}, names, 'ada').map((request) => ({
    request,
    allowed: true,
    remaining: 7,
    resetSeconds: 42,
  })),
  refund: async () => undefined,
  ...changes,
})

test('lists the policies and the state of the caller', () => {
  expect(rateLimitHeaders(outcome(['chat', 'chat-day']))).toEqual({
    'ratelimit-policy': '"chat";q=20;w=60, "chat-day";q=300;w=86400',
    ratelimit: '"chat";r=7;t=42, "chat-day";r=7;t=42',
  })
})

test('leaves out the state of policies by account, which a stranger must not see', () => {
  expect(rateLimitHeaders(outcome(['sign-in', 'sign-in-account']))).toEqual({
    'ratelimit-policy': '"sign-in";q=100;w=900, "sign-in-account";q=5;w=900',
    ratelimit: '"sign-in";r=7;t=42',
  })
})

test('returns no headers if nothing is counted', () => {
  expect(rateLimitHeaders(outcome([]))).toEqual({})
})

test('adds the headers and the retry time to a refusal', () => {
  const { code, details } = rateLimited(outcome(['chat'], { allowed: false, retryAfterSeconds: 9 }))
  expect(code).toBe('rate_limited')
  expect(details.retryAfterSeconds).toBe(9)
  expect(details.headers).toHaveProperty('ratelimit')
})
