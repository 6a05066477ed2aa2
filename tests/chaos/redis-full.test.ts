/** Redis has no free memory and must not evict keys, so it answers every read and refuses every write. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, signUpMany } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { expectLittleCost } from './cost-of-redis'
import { unexpectedLogLines } from './process-log'
import { askAll, failures, newQuestions, wideLimits } from './turns'

let goldfish: Goldfish
let people: Person[]
let startedAt: number
beforeAll(async () => {
  startedAt = performance.now()
  goldfish = await startGoldfish({ instances: 3, env: { RATE_LIMITS: wideLimits } })
  people = await signUpMany(goldfish.url, 4)
})
afterAll(() => goldfish?.stop())

test('turns succeed without the cache while Redis is full, with at most one warning per minute', async () => {
  await askAll(people, newQuestions('warming up', 30))
  const before = await askAll(people, newQuestions('rivers', 100))
  expect(failures(before)).toEqual([])
  await goldfish.redis.config('SET', 'maxmemory-policy', 'noeviction')
  await goldfish.redis.config('SET', 'maxmemory', '1')
  await expect(goldfish.redis.set('room', 'for one more')).rejects.toThrow('OOM')

  await expectLittleCost(goldfish, people, { before, startedAt })

  await goldfish.redis.config('SET', 'maxmemory', '0')
  const [ada] = people
  const ask = async () => (await ada?.send({ conversationId: v7() }, 'What is the capital of Peru?'))?.cache?.status
  await expect.poll(ask, { timeout: 5_000 }).toBe('hit')
  expect(unexpectedLogLines(goldfish.instances)).toEqual([])
})
