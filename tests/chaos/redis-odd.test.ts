/** Redis is slow, does not respond, or contains invalid data. Every turn must still get the right answer. */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import type { FaultProxy } from '@/tests/services/fault-proxy'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { unexpectedLogLines } from './process-log'
import { askAll, failures, newQuestions, percentile, type TimedTurn, wideLimits } from './turns'

let goldfish: Goldfish & { proxies: Proxies }
/** One user sends from three clients at once, so that all of them share the cached answers. */
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, throughProxies: true, env: { RATE_LIMITS: wideLimits } })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())
afterEach(async () => {
  await goldfish.proxies.redis.restore()
  expect(unexpectedLogLines(goldfish.instances)).toEqual([])
})

/** Sends all questions and expects that the model answered each of them. */
async function askUncached(questions: readonly string[]): Promise<TimedTurn[]> {
  const turns = await askAll([ada, ada, ada], questions)
  expect(failures(turns)).toEqual([])
  expect(turns.filter(({ sent }) => sent.cache?.status !== 'miss')).toEqual([])
  return turns
}

const answersIn = (turns: readonly TimedTurn[]) => new Map(turns.map(({ question, sent }) => [question, sent.text]))

/**
 * Sends the questions until all answers are cached, independent of the state of the connections. Returns the answers.
 */
async function fillCache(questions: readonly string[]): Promise<Map<string, string>> {
  let answers = new Map<string, string>()
  const fill = async () => {
    const turns = await askAll([ada], questions)
    answers = answersIn(turns)
    return turns.every(({ sent }) => sent.cache?.status === 'hit')
  }
  await expect.poll(fill, { timeout: 10_000 }).toBe(true)
  // The answers must differ, because otherwise a wrong answer could look like the right one.
  expect(new Set(answers.values()).size).toBe(questions.length)
  return answers
}

/**
 * A turn calls Redis before its answer and after it, and waits at most 150 ms for each.
 * It must never take three waits.
 */
const threeWaitsMs = 3 * 150

test.each<[string, (redis: FaultProxy) => unknown]>([
  ['silent', (redis) => redis.freeze()],
  ['slower than the timeout', (redis) => redis.delay(200)],
])('turns succeed without the cache and with little delay while Redis is %s', async (name, breakIt) => {
  await askUncached(newQuestions(`warming up, ${name}`, 15))
  const before = await askUncached(newQuestions(`rivers, ${name}`, 30))
  breakIt(goldfish.proxies.redis)
  const without = await askUncached(newQuestions(`lakes, ${name}`, 30))
  expect(percentile(without, 0.5) - percentile(before, 0.5)).toBeLessThan(threeWaitsMs)
})

const invalidValues: [string, (key: string) => Promise<unknown>][] = [
  ['a list instead of a string', (key) => replace(key, () => goldfish.redis.rpush(key, 'one', 'two'))],
  ['a hash instead of a string or a set', (key) => replace(key, () => goldfish.redis.hset(key, 'field', 'value'))],
  ['random bytes', (key) => replace(key, () => goldfish.redis.set(key, randomBytes(300), 'PX', 60_000))],
  ['an empty string', (key) => replace(key, () => goldfish.redis.set(key, '', 'PX', 60_000))],
  ['its value without a TTL', (key) => goldfish.redis.persist(key)],
]

async function replace(key: string, put: () => Promise<unknown>): Promise<void> {
  await goldfish.redis.del(key)
  await put()
}

test.each(invalidValues)('answers correctly if every key holds %s', async (name, spoil) => {
  const questions = newQuestions(name, 6)
  const answers = await fillCache(questions)
  const keys = await goldfish.redis.keys('gf:*')
  expect(keys.length).toBeGreaterThan(questions.length)
  for (const key of keys) await spoil(key)
  expect(answersIn(await askUncached(questions))).toEqual(answers)
})

test('answers correctly if every cache entry holds the answer to another question', async () => {
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
