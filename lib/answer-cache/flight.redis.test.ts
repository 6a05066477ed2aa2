import { v7 } from 'uuid'
import { beforeEach, expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { MessageId } from '@/lib/ids'
import { cacheQuestion, cacheUser } from '@/tests/answer-cache/cache-user'
import { testRedisOrCluster } from '@/tests/services/test-redis'
import type { CacheQuestion } from './cache-question'
import { openFlight } from './flight'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const { redis } = await testRedisOrCluster()
beforeEach(() => redis.flushall())

const question = (text: string, answerCache: CacheQuestion['answerCache'] = 'private') =>
  cacheQuestion(text, { answerCache })
function open(name: string, asked = question('What is a goldfish?'), shareAfter = 2) {
  const answerId = v7() as MessageId
  const flight = openFlight(cacheUser({ redis, keys }, name, shareAfter), asked, { answerId, fence: 1 })
  if (!flight) throw new Error('no flight')
  return { flight, answerId }
}

test('the first turn of a question leads, and later ones with the same words follow it', async () => {
  const first = open('ada')
  const second = open('ada', question('what’s a goldfish'))
  expect(await first.flight.join()).toBe('leads')
  expect(await first.flight.join()).toBe('leads')
  expect(await second.flight.join()).toBe('follows')
  expect(second.flight.leader).toEqual({ userId: 'ada', answerId: first.answerId, fence: 1 })
  expect(await open('ada', question('What is a carp?')).flight.join()).toBe('leads')
})

test('another turn can take the lead after the leader has left', async () => {
  const [first, second, third] = [open('ada'), open('ada'), open('ada')]
  await first.flight.join()
  await second.flight.join()
  // A follower that leaves must not release the lease of the leader.
  await second.flight.leave(false)
  expect(await third.flight.join()).toBe('follows')
  await first.flight.leave(false)
  expect(await second.flight.join()).toBe('leads')
  expect(await third.flight.join()).toBe('follows')
  expect(third.flight.leader?.answerId).toBe(second.answerId)
  expect(second.flight.leader).toBeNull()
})

test('different users join one flight only if one asker is enough and both share answers', async () => {
  const asked = question('What is a goldfish?', 'shared')
  expect(await open('ada', asked, 1).flight.join()).toBe('leads')
  expect(await open('eve', asked, 1).flight.join()).toBe('follows')
  expect(await open('bob', question('What is a goldfish?'), 1).flight.join()).toBe('leads')
  expect(await open('dan', question('What is my goldfish?', 'shared'), 1).flight.join()).toBe('leads')
  expect(await open('ann', question('What is a koi?', 'shared'), 2).flight.join()).toBe('leads')
  expect(await open('joe', question('What is a koi?', 'shared'), 2).flight.join()).toBe('leads')
})

test('a flight lease is encrypted, can be renewed by its holder, and is released on leaving', async () => {
  const { flight } = open('lovelace')
  await flight.join()
  const [key = ''] = await redis.keys('gf:1:*:l:*')
  expect(`${key}${(await redis.getBuffer(key))?.toString('latin1')}`).not.toMatch(/lovelace|goldfish/)
  await redis.pexpire(key, 1_000)
  flight.renew()
  await expect.poll(() => redis.pttl(key)).toBeGreaterThan(1_000)
  await flight.leave(false)
  expect(await redis.exists(key)).toBe(0)
})

test('join returns null if the lease holds a forged or foreign value', async () => {
  const { flight } = open('ada')
  await flight.join()
  const [key = ''] = await redis.keys('gf:1:*:l:*')
  await open('ada', question('What is a carp?')).flight.join()
  const other = (await redis.keys('gf:1:*:l:*')).find((name) => name !== key) ?? ''
  for (const value of [Buffer.from('{"userId":"eve"}'), (await redis.getBuffer(other)) ?? '']) {
    await redis.set(key, value, 'PX', 5_000)
    expect(await open('ada').flight.join()).toBeNull()
  }
  // A value of another type is overwritten.
  await redis.del(key)
  await redis.sadd(key, 'x')
  expect(await open('ada').flight.join()).toBe('leads')
})

test('join returns `stored` for a while after the leader has stored its answer', async () => {
  const [first, second] = [open('ada'), open('ada')]
  await first.flight.join()
  await first.flight.leave(true)
  expect(await second.flight.join()).toBe('stored')
  const [key = ''] = await redis.keys('gf:1:*:l:*')
  expect(await redis.pttl(key)).toBeGreaterThan(0)
  await redis.del(key)
  expect(await second.flight.join()).toBe('leads')
})
