import { beforeEach, expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'
import { readBreaker, reportOutcome } from './circuit-breaker'
import { hintKey, rememberReasoning } from './separate-reasoning'

const { redis } = await testRedis()
beforeEach(() => redis.flushall())

test('the script of the breaker returns the number of consecutive answers that began inside their reasoning', async () => {
  expect(await readBreaker(redis, 'r1')).toEqual({ state: 'closed' })
  await rememberReasoning(redis, 'r1', true)
  await rememberReasoning(redis, 'r1', true)
  expect(await readBreaker(redis, 'r1')).toEqual({ state: 'closed', implicitAnswers: 2 })
  expect(await readBreaker(redis, 'other')).toEqual({ state: 'closed' })
  expect(await redis.ttl(hintKey('r1'))).toBeGreaterThan(0)
  await rememberReasoning(redis, 'r1', false)
  expect(await readBreaker(redis, 'r1')).toEqual({ state: 'closed' })
})

test('an open breaker keeps the number of answers that began inside their reasoning', async () => {
  await rememberReasoning(redis, 'r1', true)
  for (let count = 0; count < 5; count++) await reportOutcome(redis, 'r1', 'failed')
  expect(await readBreaker(redis, 'r1')).toMatchObject({ state: 'open', implicitAnswers: 1 })
})

test('ignores a number of answers that is invalid', async () => {
  for (const garbage of ['many', '', '-3']) {
    await redis.set(hintKey('r1'), garbage)
    expect(await readBreaker(redis, 'r1')).toEqual({ state: 'closed' })
  }
  await redis.del(hintKey('r1'))
  await redis.hset(hintKey('r1'), 'a', 'b')
  expect(await readBreaker(redis, 'r1')).toEqual({ state: 'closed' })
  await rememberReasoning(redis, 'r1', true)
})

test('`rememberReasoning` resolves without Redis', async () => {
  await expect(rememberReasoning(null, 'r1', true)).resolves.toBeUndefined()
})
