/** F03: Redis is there, but slow, silent, or full of what nobody has put there. Every turn is answered, and rightly. */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import type { FaultProxy } from '@/tests/services/fault-proxy'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { accidents } from './process-log'
import { askAll, failures, newQuestions, percentile, type TimedTurn, wideLimits } from './turns'

let goldfish: Goldfish & { proxies: Proxies }
/** The same person asks from three places at once, so that all of them share what is cached. */
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, throughProxies: true, env: { RATE_LIMITS: wideLimits } })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())
afterEach(async () => {
  await goldfish.proxies.redis.restore()
  expect(accidents(goldfish.instances)).toEqual([])
})

/** Asks all of it; every answer was made by the model. */
async function askUncached(questions: readonly string[]): Promise<TimedTurn[]> {
  const turns = await askAll([ada, ada, ada], questions)
  expect(failures(turns)).toEqual([])
  expect(turns.filter(({ sent }) => sent.cache?.status !== 'miss')).toEqual([])
  return turns
}

const answersIn = (turns: readonly TimedTurn[]) => new Map(turns.map(({ question, sent }) => [question, sent.text]))

/** Asks until all of it is cached, whatever state the connections were in, and gives back the answers. */
async function fillCache(questions: readonly string[]): Promise<Map<string, string>> {
  let answers = new Map<string, string>()
  const fill = async () => {
    const turns = await askAll([ada], questions)
    answers = answersIn(turns)
    return turns.every(({ sent }) => sent.cache?.status === 'hit')
  }
  await expect.poll(fill, { timeout: 10_000 }).toBe(true)
  // Else a wrong answer would look like the right one.
  expect(new Set(answers.values()).size).toBe(questions.length)
  return answers
}

/** A turn asks Redis before its answer and again after it, and waits at most once for each: never as long as three times. */
const threeWaitsMs = 3 * 150

test.each<[string, (redis: FaultProxy) => unknown]>([
  ['silent', (redis) => redis.freeze()],
  ['farther away than anybody waits', (redis) => redis.delay(200)],
])('%s: it costs the cache, and a moment', async (what, breakIt) => {
  await askUncached(newQuestions(`warming up, ${what}`, 15))
  const before = await askUncached(newQuestions(`rivers, ${what}`, 30))
  breakIt(goldfish.proxies.redis)
  const without = await askUncached(newQuestions(`lakes, ${what}`, 30))
  expect(percentile(without, 0.5) - percentile(before, 0.5)).toBeLessThan(threeWaitsMs)
})

const oddities: [string, (key: string) => Promise<unknown>][] = [
  ['a list where a text should be', (key) => replace(key, () => goldfish.redis.rpush(key, 'one', 'two'))],
  ['a hash where a text or a set should be', (key) => replace(key, () => goldfish.redis.hset(key, 'field', 'value'))],
  ['bytes that mean nothing', (key) => replace(key, () => goldfish.redis.set(key, randomBytes(300), 'PX', 60_000))],
  ['nothing at all', (key) => replace(key, () => goldfish.redis.set(key, '', 'PX', 60_000))],
  ['an answer that never ends its life', (key) => goldfish.redis.persist(key)],
]

async function replace(key: string, put: () => Promise<unknown>): Promise<void> {
  await goldfish.redis.del(key)
  await put()
}

test.each(oddities)('under every key of ours lies %s', async (what, spoil) => {
  const questions = newQuestions(what, 6)
  const answers = await fillCache(questions)
  const keys = await goldfish.redis.keys('gf:*')
  expect(keys.length).toBeGreaterThan(questions.length)
  for (const key of keys) await spoil(key)
  expect(answersIn(await askUncached(questions))).toEqual(answers)
})

test('every entry holds the answer to another question', async () => {
  const questions = newQuestions('swapped lakes', 6)
  const answers = await fillCache(questions)
  const entries = await goldfish.redis.keys('gf:1:{u:*:e:*')
  const envelopes = await Promise.all(entries.map((key) => goldfish.redis.getBuffer(key)))
  for (const [index, key] of entries.entries()) {
    const other = envelopes[(index + 1) % entries.length]
    if (other) await goldfish.redis.set(key, other, 'KEEPTTL')
  }
  expect(answersIn(await askUncached(questions))).toEqual(answers)
})
