import { beforeEach, expect, test } from 'vitest'
import type { ChatPart } from '@/lib/contract/ui-message'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { cacheQuestion, cacheUser } from '@/tests/answer-cache/cache-user'
import { testRedisOrCluster } from '@/tests/services/test-redis'
import type { CacheQuestion } from './cache-question'
import { nextPath } from './conversation-path'
import { lookupAnswer } from './lookup-answer'
import { type GivenAnswer, storeAnswer } from './store-answer'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const { redis } = await testRedisOrCluster()
beforeEach(() => redis.flushall())

const person = (name: string, shareAfter = 2) => cacheUser({ redis, keys }, name, shareAfter)
const text = (value: string): ChatPart => ({ type: 'text', text: value })
const ask = (value: string, more: Partial<CacheQuestion> = {}) =>
  cacheQuestion(value, { answerCache: 'shared', ...more })
const answer = (value: string): GivenAnswer => ({
  status: 'complete',
  parts: [text(value)],
  model: 'stub',
  usage: null,
  costUsd: 0.01,
  durationMs: 1234,
})
const give = (name: string, question: CacheQuestion, value: string, shareAfter = 2) =>
  storeAnswer(person(name, shareAfter), question, answer(value))
const look = (name: string, question: CacheQuestion) => lookupAnswer(person(name), question)
const absent = { status: 'miss', reason: 'absent', refusals: [], vector: null }
const saying = (value: string) => ({ answer: { parts: [text(value)] } })

const capital = ask('What is the capital of Tanzania?')
const sharedKeys = async () =>
  (await redis.keys('gf:1:{s:*')).map((key) => key.replace(/^.*\}:(.).*$/, '$1')).toSorted()

test('the second asker’s own fresh answer is shared, and nothing before', async () => {
  await give('ada', capital, 'Dodoma, says one.')
  // Of everybody's, Redis holds no more than that somebody has asked.
  expect(await sharedKeys()).toEqual(['k'])
  expect(await look('eve', capital)).toEqual(absent)
  await give('eve', ask('what’s the capital of tanzania'), 'Dodoma, says two.')
  expect(await sharedKeys()).toEqual(['e', 'k', 'w', 'x'])
  expect(await look('bob', capital)).toMatchObject({ status: 'hit', layer: 'words', isShared: true, ageSeconds: 3600 })
  expect(await look('bob', capital)).toMatchObject(saying('Dodoma, says two.'))
  // Who has an own one is served that.
  expect(await look('ada', capital)).toMatchObject({ isShared: false, layer: 'exact', ...saying('Dodoma, says one.') })
  expect(await look('eve', capital)).toMatchObject({ isShared: false, layer: 'words', ...saying('Dodoma, says two.') })
})

test('one user who asks often is one user', async () => {
  for (const value of ['one', 'two', 'three']) await give('ada', capital, value)
  expect(await look('bob', capital)).toEqual(absent)
})

test('where one is enough the first answer is shared', async () => {
  await give('ada', capital, 'Dodoma.', 1)
  expect(await look('bob', capital)).toMatchObject({ status: 'hit', isShared: true, ...saying('Dodoma.') })
})

test.each<[string, CacheQuestion]>([
  ['whose asker keeps answers private', { ...capital, answerCache: 'private' }],
  ['about something personal', ask('What is the capital of my country?')],
  ['in a language without rules', ask('Was ist die Hauptstadt von Tansania?')],
  ['after a private answer', { ...capital, path: nextPath(keys, '', { identity: 'i', isShareable: false }) }],
])('a question %s is never shared', async (_, question) => {
  for (const name of ['ada', 'eve', 'bob']) await give(name, question, 'Dodoma.', 1)
  expect(await sharedKeys()).toEqual([])
  expect(await look('dan', question)).toEqual(absent)
  expect(await look('ada', question)).toMatchObject({ status: 'hit', isShared: false })
})

test('who keeps answers private is not answered from others either', async () => {
  await give('ada', capital, 'Dodoma.', 1)
  expect(await look('bob', { ...capital, answerCache: 'private' })).toEqual(absent)
})

test('a follow-up is shared among those who stand at the same point', async () => {
  const pathAfter = (identity: string) => nextPath(keys, '', { identity, isShareable: true })
  const followUp = (path: string) => ask('And what is its largest city?', { path })
  await give('ada', followUp(pathAfter('dodoma')), 'Dar es Salaam.', 1)
  expect(await look('bob', followUp(pathAfter('dodoma')))).toMatchObject({
    isShared: true,
    ...saying('Dar es Salaam.'),
  })
  expect(await look('bob', followUp(pathAfter('nairobi')))).toEqual(absent)
  expect(await look('bob', followUp(''))).toEqual(absent)
})

test('an entry of one user does not open as everybody’s, nor the other way round', async () => {
  await give('ada', { ...capital, answerCache: 'private' }, 'Ada’s own.')
  const [own = ''] = await redis.keys('gf:1:{u:*}:e:*')
  const envelope = (await redis.getBuffer(own)) ?? ''
  await give('ada', capital, 'Dodoma.', 1)
  const [shared = ''] = await redis.keys('gf:1:{s:*}:e:*')
  await redis.set(shared, envelope, 'KEEPTTL')
  expect(await look('bob', capital)).toEqual(absent)
})

test('everything in everybody’s scope ends, and tells nothing', async () => {
  for (const name of ['lovelace', 'turing']) await give(name, ask('What is zanzibar?'), 'Pomegranate.')
  for (const key of await redis.keys('gf:1:{s:*')) {
    expect(await redis.pttl(key)).toBeGreaterThan(0)
    const dump = (await redis.dumpBuffer(key))?.toString('latin1') ?? ''
    expect(`${key}${dump}`).not.toMatch(/zanzibar|pomegranate|lovelace|turing|stub/i)
  }
  const [entry = ''] = await redis.keys('gf:1:{s:*}:e:*')
  expect(Math.abs((await redis.pttl(entry)) / 3_600_000 - 24)).toBeLessThan(2.5)
})
