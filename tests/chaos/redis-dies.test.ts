/** Redis is killed during turns and returns without data. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUpMany } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { expectLittleCost } from './cost-of-redis'
import { unexpectedLogLines } from './process-log'
import { startRedisAgain } from './redis-again'
import { askAll, failures, newQuestions, wideLimits } from './turns'

const backWithinMs = 5_000

let goldfish: Goldfish
let people: Person[]
let startedAt: number
beforeAll(async () => {
  startedAt = performance.now()
  goldfish = await startGoldfish({ instances: 3, env: { RATE_LIMITS: wideLimits } })
  people = await signUpMany(goldfish.url, 4)
})
afterAll(() => goldfish?.stop())

test('turns continue without Redis with little delay, and every process uses Redis again after its return', async () => {
  await askAll(people, newQuestions('warming up', 30))
  const before = await askAll(people, newQuestions('rivers', 100))
  expect(failures(before)).toEqual([])

  process.kill(goldfish.redisServer.pid, 'SIGKILL')
  await expectLittleCost(goldfish, people, { before, startedAt })

  const restarted = await startRedisAgain(goldfish.redisServer)
  const [ada] = people
  const hitAt = (url: string) => async () => {
    const client = personAt(url, ada as Person, goldfish.url)
    return (await client.send({ conversationId: v7() }, 'What is the capital of Peru?')).cache?.status
  }
  const hits = goldfish.instances.map(({ url }) => expect.poll(hitAt(url), { timeout: backWithinMs }).toBe('hit'))
  await Promise.all(hits)
  expect(unexpectedLogLines(goldfish.instances)).toEqual([])
  await restarted.stop({ force: true })
})
