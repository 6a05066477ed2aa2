import { expect, test } from 'vitest'
import { policies } from './policies'
import { checkLimitNames, maxRows, rateLimitRequests, streamLimit } from './rate-limit-request'

test('uses the values of the table unless the operator overrides them', () => {
  expect(rateLimitRequests({}, ['chat', 'chat-day'], 'ada')).toEqual([
    { policy: { name: 'chat', by: 'user', max: 20, windowSeconds: 60 }, key: 'ada' },
    { policy: { name: 'chat-day', by: 'user', max: 300, windowSeconds: 86400 }, key: 'ada' },
  ])
  expect(rateLimitRequests({ chat: '1000/30' }, ['chat'], 'ada')).toEqual([
    { policy: { name: 'chat', by: 'user', max: 1000, windowSeconds: 30 }, key: 'ada' },
  ])
})

test('returns no requests if rate limits are off', () => {
  expect(rateLimitRequests('off', ['sign-in', 'chat'], 'ada')).toEqual([])
})

test('rejects unknown limit names and lists the valid ones', () => {
  expect(() => checkLimitNames('off')).not.toThrow()
  expect(() => checkLimitNames({ chat: '1/1', 'sign-in': '1/1' })).not.toThrow()
  expect(() => checkLimitNames({ chatt: '1/1', constructor: '1/1' })).toThrow(
    /no limit named chatt, constructor\. The names are: chat, chat-day, sign-in/,
  )
})

test('requires seconds for a rate, but not for open streams and rows', () => {
  expect(() => checkLimitNames({ chat: '20' })).toThrow('RATE_LIMITS: chat must be count/seconds')
  expect(() => checkLimitNames({ streams: '20', todos: '10', conversations: '5/60' })).not.toThrow()
  expect(maxRows({ todos: '10', shares: '5/60' }, 'todos')).toBe(10)
  expect(maxRows({ todos: '10', shares: '5/60' }, 'shares')).toBe(5)
  expect(streamLimit({ streams: '3' })).toEqual({ max: 3, leaseSeconds: 20 })
})

test('limits rows even if rate limits are off', () => {
  expect(maxRows('off', 'todos')).toBe(2_000)
  expect(streamLimit('off')).toBeNull()
})

test('states what each limit protects, and has no limit of zero', () => {
  for (const { protects, max, windowSeconds } of Object.values(policies)) {
    expect(protects.length).toBeGreaterThan(20)
    expect(Math.min(max, windowSeconds)).toBeGreaterThan(0)
  }
})
