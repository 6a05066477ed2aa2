import { expect, test } from 'vitest'
import type { Allowance } from './consume-rate-limit'
import type { PolicyName } from './policies'
import { rateLimitRequests } from './rate-limit-request'
import { rateLimited, rateLimitHeaders } from './require-rate-limit'

const allowance = (names: PolicyName[], changes: Partial<Allowance> = {}): Allowance => ({
  allowed: true,
  retryAfterSeconds: 0,
  verdicts: rateLimitRequests({}, names, 'ada').map((demand) => ({
    demand,
    allowed: true,
    remaining: 7,
    resetSeconds: 42,
  })),
  giveBack: async () => undefined,
  ...changes,
})

test('says the policies and where the caller stands', () => {
  expect(rateLimitHeaders(allowance(['chat', 'chat-day']))).toEqual({
    'ratelimit-policy': '"chat";q=20;w=60, "chat-day";q=300;w=86400',
    ratelimit: '"chat";r=7;t=42, "chat-day";r=7;t=42',
  })
})

test('does not tell a stranger what was done with an account', () => {
  expect(rateLimitHeaders(allowance(['sign-in', 'sign-in-account']))).toEqual({
    'ratelimit-policy': '"sign-in";q=100;w=900, "sign-in-account";q=5;w=900',
    ratelimit: '"sign-in";r=7;t=42',
  })
})

test('says nothing where nothing is counted', () => {
  expect(rateLimitHeaders(allowance([]))).toEqual({})
})

test('a refusal carries them, and when to come back', () => {
  const { code, details } = rateLimited(allowance(['chat'], { allowed: false, retryAfterSeconds: 9 }))
  expect(code).toBe('rate_limited')
  expect(details.retryAfterSeconds).toBe(9)
  expect(details.headers).toHaveProperty('ratelimit')
})
