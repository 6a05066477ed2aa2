import { Redis } from 'ioredis'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ChatPart } from '@/lib/contract/ui-message'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { MessageId } from '@/lib/ids'
import { cacheQuestion, cacheUser } from '@/tests/answer-cache/cache-user'
import { testRedisOrCluster } from '@/tests/services/test-redis'
import { type CacheQuestion, cacheEntryRef } from './cache-question'
import { nextPath } from './conversation-path'
import { forgetAnswer, withdrawAnswers } from './forget-answers'
import { lookupAnswer } from './lookup-answer'
import { identifyAnswer, type ModelAnswer, storeAnswer } from './store-answer'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const { redis } = await testRedisOrCluster()
beforeEach(() => redis.flushall())

const person = (name: string, shareAfter = 2) => cacheUser({ redis, keys }, name, shareAfter)
const text = (value: string): ChatPart => ({ type: 'text', text: value })
const ask = (value: string, more: Partial<CacheQuestion> = {}) =>
  cacheQuestion(value, { answerCache: 'shared', ...more })
const answer = (value: string): ModelAnswer => ({
  status: 'complete',
  parts: [text(value)],
  model: 'stub',
  usage: null,
  costUsd: 0.01,
  durationMs: 1234,
})
const storeFor = (name: string, question: CacheQuestion, value: string, shareAfter = 2) =>
  storeAnswer(person(name, shareAfter), question, answer(value))
const lookup = (name: string, question: CacheQuestion) => lookupAnswer(person(name), question)
const absent = { status: 'miss', reason: 'absent', refusals: [], vector: null }
const withText = (value: string) => ({ answer: { parts: [text(value)] } })

const capital = ask('What is the capital of Tanzania?')
const sharedKeys = async () =>
  (await redis.keys('gf:1:{s:*')).map((key) => key.replace(/^.*\}:(.).*$/, '$1')).toSorted()

const names = Array.from({ length: 12 }, (_, index) => `user ${index}`)
const after = 3

/** Asks as one user after the other until the shared scope contains an entry. Returns the number of askers. */
async function askUntilShared(question: CacheQuestion, shareAfter = after): Promise<number> {
  for (const [index, name] of names.entries()) {
    await storeFor(name, question, `Dodoma, says ${name}.`, shareAfter)
    if ((await sharedKeys()).includes('e')) return index + 1
  }
  return Number.POSITIVE_INFINITY
}

test('storeAnswer shares an answer after more than k + 1 and at most 2k users have asked, and stores no entry before', async () => {
  const needed = await askUntilShared(capital)
  expect(needed).toBeGreaterThan(after + 1)
  expect(needed).toBeLessThanOrEqual(2 * after)
  // The last asker's answer is found by its words only, because "exact" would reveal how that
  // asker spelled the question.
  expect(await sharedKeys()).toEqual(['e', 'k', 'w'])
  const last = `Dodoma, says user ${needed - 1}.`
  expect(await lookup('bob', capital)).toMatchObject({
    status: 'hit',
    layer: 'words',
    isShared: true,
    ageSeconds: 3600,
  })
  expect(await lookup('bob', ask('what’s the capital of tanzania'))).toMatchObject(withText(last))
  // A user with an own answer gets that one.
  expect(await lookup('user 0', capital)).toMatchObject({ isShared: false, ...withText('Dodoma, says user 0.') })
  await redis.flushall()
  for (const name of names.slice(0, needed - 1)) {
    await storeFor(name, capital, 'Dodoma.', after)
    // The shared scope contains only the fact that users have asked.
    expect(await sharedKeys()).toEqual(['k'])
    expect(await lookup('bob', capital)).toEqual(absent)
  }
})

test('the number of askers needed differs between questions and is constant for one question', async () => {
  const numbers: number[] = []
  for (const city of ['Tanzania', 'Kenya', 'Uganda', 'Malawi', 'Zambia', 'Ghana', 'Togo', 'Benin', 'Chad', 'Mali']) {
    await redis.flushall()
    const question = ask(`What is the capital of ${city}?`)
    const needed = await askUntilShared(question, 5)
    expect(needed).toBeGreaterThan(6)
    expect(needed).toBeLessThanOrEqual(10)
    await redis.flushall()
    expect(await askUntilShared(question, 5)).toBe(needed)
    numbers.push(needed)
  }
  expect(new Set(numbers).size).toBeGreaterThan(1)
})

test('storeAnswer counts a user who asks several times once', async () => {
  for (const value of ['one', 'two', 'three', 'four', 'five']) await storeFor('ada', capital, value)
  expect(await lookup('bob', capital)).toEqual(absent)
})

test.each<[string, Partial<ReturnType<typeof person>['caller']>]>([
  ['whose accounts are younger than a day', { accountCreatedAt: new Date(Date.now() - 23 * 3_600_000) }],
  ['whose e-mail addresses are not verified', { emailVerified: false }],
  ['of one network', { network: 'one network' }],
])('users %s do not share an answer', async (_, facts) => {
  for (const name of names) {
    const user = person(name)
    await storeAnswer({ ...user, caller: { ...user.caller, ...facts } }, capital, answer('Dodoma.'))
  }
  expect(await sharedKeys()).not.toContain('e')
  expect(await lookup('bob', capital)).toEqual(absent)
})

test('storeAnswer counts a new, unverified account if one asker is enough', async () => {
  const user = person('ada', 1)
  const caller = { accountCreatedAt: new Date(), emailVerified: false, network: 'unknown' }
  await storeAnswer({ ...user, caller }, capital, answer('Dodoma.'))
  expect(await lookup('bob', capital)).toMatchObject({ status: 'hit', layer: 'exact', isShared: true })
})

test('storeAnswer counts an unverified account on a server that sends no mail', async () => {
  for (const name of names) {
    const user = person(name)
    const settings = { ...user.settings, sharing: { ...user.settings.sharing, verifiedOnly: false } }
    await storeAnswer(
      { ...user, settings, caller: { ...user.caller, emailVerified: false } },
      capital,
      answer('Dodoma.'),
    )
  }
  expect(await lookup('bob', capital)).toMatchObject({ status: 'hit', isShared: true })
})

test('one vote hides a shared answer from the voter at once, and three votes hide it from all users for a day', async () => {
  await askUntilShared(capital)
  const vote = async (name: string) => {
    const hit = await lookup(name, capital)
    if (hit.status !== 'hit') throw new Error(`${name} was not served`)
    await forgetAnswer(person(name), cacheEntryRef(person(name), capital, hit.identity, hit.words))
  }
  await vote('bob')
  expect(await lookup('bob', capital)).toEqual(absent)
  await vote('eve')
  expect(await lookup('eve', capital)).toEqual(absent)
  expect(await lookup('dan', capital)).toMatchObject({ status: 'hit', isShared: true })
  await vote('dan')
  for (const name of ['bob', 'eve', 'dan', 'fay']) expect(await lookup(name, capital)).toEqual(absent)
  for (const name of names) await storeFor(name, capital, 'Dodoma.')
  expect(await lookup('fay', capital)).toEqual(absent)
})

test('storeAnswer shares the first answer if one asker is enough', async () => {
  await storeFor('ada', capital, 'Dodoma.', 1)
  expect(await lookup('bob', capital)).toMatchObject({ status: 'hit', isShared: true, ...withText('Dodoma.') })
})

test.each<[string, CacheQuestion]>([
  ['whose asker keeps answers private', { ...capital, answerCache: 'private' }],
  ['about something personal', ask('What is the capital of my country?')],
  ['in a language without rules', ask('Was ist die Hauptstadt von Tansania?')],
  ['after a private answer', { ...capital, path: nextPath(keys, '', { identity: 'i', isShareable: false }) }],
])('a question %s is never shared', async (_, question) => {
  for (const name of ['ada', 'eve', 'bob']) await storeFor(name, question, 'Dodoma.', 1)
  expect(await sharedKeys()).toEqual([])
  expect(await lookup('dan', question)).toEqual(absent)
  expect(await lookup('ada', question)).toMatchObject({ status: 'hit', isShared: false })
})

test('lookupAnswer serves no shared answers to a user who keeps answers private', async () => {
  await storeFor('ada', capital, 'Dodoma.', 1)
  expect(await lookup('bob', { ...capital, answerCache: 'private' })).toEqual(absent)
})

test('a follow-up is shared only with conversations that have the same path', async () => {
  const pathAfter = (identity: string) => nextPath(keys, '', { identity, isShareable: true })
  const followUp = (path: string) => ask('And what is its largest city?', { path })
  await storeFor('ada', followUp(pathAfter('dodoma')), 'Dar es Salaam.', 1)
  expect(await lookup('bob', followUp(pathAfter('dodoma')))).toMatchObject({
    isShared: true,
    ...withText('Dar es Salaam.'),
  })
  expect(await lookup('bob', followUp(pathAfter('nairobi')))).toEqual(absent)
  expect(await lookup('bob', followUp(''))).toEqual(absent)
})

test('lookupAnswer misses a private entry that was copied to the shared scope', async () => {
  await storeFor('ada', { ...capital, answerCache: 'private' }, 'Ada’s own.')
  const [own = ''] = await redis.keys('gf:1:{u:*}:e:*')
  const envelope = (await redis.getBuffer(own)) ?? ''
  await storeFor('ada', capital, 'Dodoma.', 1)
  const [shared = ''] = await redis.keys('gf:1:{s:*}:e:*')
  await redis.set(shared, envelope, 'KEEPTTL')
  expect(await lookup('bob', capital)).toEqual(absent)
})

test('keys of the shared scope have a TTL and contain no plain text', async () => {
  for (const name of ['lovelace', 'turing', 'hopper', 'shannon'])
    await storeFor(name, ask('What is zanzibar?'), 'Pomegranate.')
  for (const key of await redis.keys('gf:1:{s:*')) {
    expect(await redis.pttl(key)).toBeGreaterThan(0)
    const dump = (await redis.dumpBuffer(key))?.toString('latin1') ?? ''
    expect(`${key}${dump}`).not.toMatch(/zanzibar|pomegranate|lovelace|turing|stub/i)
  }
  const [entry = ''] = await redis.keys('gf:1:{s:*}:e:*')
  expect(Math.abs((await redis.pttl(entry)) / 3_600_000 - 24)).toBeLessThan(2.5)
})

describe('withdrawAnswers', () => {
  const messageId = v7() as MessageId
  const given = { ...answer('Dodoma.'), messageId }
  const ref = (name: string, question: CacheQuestion = capital) =>
    cacheEntryRef(person(name), question, identifyAnswer(keys, question, given) ?? '')
  const store = (name: string, more: Partial<ModelAnswer> = {}) =>
    storeAnswer(person(name, 1), capital, { ...given, ...more })
  /** Prefixes of keys that contain an answer, lead to one, or count its askers. */
  const kinds = async () => (await redis.keys('gf:1:*:[ewxk]:*')).map((key) => key.replace(/^.*\}:(.).*$/, '$1'))

  test('a withdrawn answer is not stored by a command that arrives later', async () => {
    expect(await withdrawAnswers(person('ada'), [{ answerId: messageId, ref: ref('ada') }])).toBe(true)
    expect(await store('ada')).toBe(false)
    expect(await kinds()).toEqual([])
    expect(await lookup('ada', capital)).toEqual(absent)
  })

  test('withdrawAnswers does not prevent caching the same answer of another conversation', async () => {
    await withdrawAnswers(person('ada'), [{ answerId: messageId, ref: ref('ada') }])
    expect(await store('ada', { messageId: v7() as MessageId })).toBe(true)
    expect(await lookup('ada', capital)).toMatchObject({ status: 'hit', ...withText('Dodoma.') })
  })

  test('withdrawAnswers removes an answer with its pointers and its vote if no other user has asked', async () => {
    expect(await store('ada')).toBe(true)
    await withdrawAnswers(person('ada'), [{ answerId: messageId, ref: ref('ada') }])
    expect(await kinds()).toEqual([])
  })

  test('a withdrawn answer stays shared if another user has asked the same question', async () => {
    await store('ada')
    await store('eve', { messageId: v7() as MessageId })
    await withdrawAnswers(person('ada'), [{ answerId: messageId, ref: ref('ada') }])
    expect(await lookup('bob', capital)).toMatchObject({ status: 'hit', isShared: true })
  })

  test('withdrawAnswers returns false if Redis cannot be reached', async () => {
    const away = new Redis({ lazyConnect: true, enableOfflineQueue: false })
    away.on('error', () => undefined)
    const context = { ...person('ada'), redis: away }
    expect(await withdrawAnswers(context, [{ answerId: messageId, ref: ref('ada') }])).toBe(false)
  })
})
