import { Redis } from 'ioredis'
import { v7 } from 'uuid'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatPart } from '@/lib/contract/ui-message'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { MessageId, UserId } from '@/lib/ids'
import { connectRedis, waitUntilReady } from '@/lib/redis/connect'
import { entryKey } from '@/lib/redis/keys'
import { withTimeout } from '@/lib/redis/run-script'
import { cacheUser, cacheQuestion as question } from '@/tests/answer-cache/cache-user'
import { median } from '@/tests/services/median'
import { startTestRedis } from '@/tests/services/redis-server'
import { testRedisOrCluster } from '@/tests/services/test-redis'
import { type CacheQuestion, cacheEntryRef, questionHashes } from './cache-question'
import { nextPath } from './conversation-path'
import { forgetAnswer, withdrawAnswers } from './forget-answers'
import { lookupAnswer } from './lookup-answer'
import { type GivenAnswer, identifyAnswer, storeAnswer } from './store-answer'

const BETTER_AUTH_SECRET = 'x'.repeat(32)
const keys = openKeyRing({ BETTER_AUTH_SECRET, ANSWER_CACHE_KEYS: undefined })
const { redis } = await testRedisOrCluster()
beforeEach(() => redis.flushall())

const ada = cacheUser({ redis, keys }, 'ada')
const eve = { ...ada, userId: 'eve' as UserId }
const text = (value: string): ChatPart => ({ type: 'text', text: value })

const answer = (value: string, more: Partial<GivenAnswer> = {}): GivenAnswer => ({
  status: 'complete',
  parts: [text(value)],
  model: 'stub',
  usage: { inputTokens: 3, cachedInputTokens: 1, outputTokens: 2 },
  costUsd: 0.01,
  durationMs: 1234,
  ...more,
})

const canary = 'zanzibar'
const capital = question(`What is the capital of ${canary}?`)
const stored = answer('Stone Town, pomegranate.')
const miss = (reason: string) => ({ status: 'miss', reason, refusals: [], vector: null })

describe('a stored answer', () => {
  test('is a hit for the same text and for the same words, with all that was known of it', async () => {
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
    expect(await storeAnswer(ada, capital, stored)).toBe(true)
    const { status: _, ...kept } = stored
    const hit = {
      status: 'hit',
      similarity: null,
      isShared: false,
      identity: identifyAnswer(keys, capital, stored),
      words: questionHashes(keys, capital).wordsHash,
      answer: kept,
      ageSeconds: expect.toBeOneOf([0, 1, 2, 3, 4, 5]),
    }
    expect(await lookupAnswer(ada, capital)).toEqual({ ...hit, layer: 'exact' })
    expect(await lookupAnswer(ada, question(`  WHAT IS the capital of ${canary}`))).toEqual({ ...hit, layer: 'exact' })
    expect(await lookupAnswer(ada, question(`Hi, what's the capital of ${canary}? Thanks!`))).toEqual({
      ...hit,
      layer: 'words',
    })
  })

  test('is never another user’s', async () => {
    await storeAnswer(ada, capital, stored)
    expect(await lookupAnswer(eve, capital)).toEqual(miss('absent'))
    for (const trick of ['ada', '{ada}', 'u:ada', '*', 'ada\n', 'ada\u0000', 'аda'])
      expect(await lookupAnswer({ ...ada, userId: trick as UserId }, capital)).toEqual(
        trick === 'ada' ? expect.objectContaining({ status: 'hit' }) : miss('absent'),
      )
  })

  test.each<Partial<CacheQuestion>>([
    { cacheEpoch: 1 },
    { path: 'elsewhere' },
    ...(
      [
        { modelId: 'other' },
        { generationSettings: { temperature: 0 } },
        { promptVersion: 'q' },
        { toolSetVersion: 't' },
        { answerLanguage: 'de' },
        { knowledgeEpoch: 1 },
        { embedderId: 'e' },
      ] as const
    ).map((other) => ({ origin: { ...capital.origin, ...other } })),
  ])('is not found with %j', async (other) => {
    await storeAnswer(ada, capital, stored)
    expect(await lookupAnswer(ada, { ...capital, ...other })).toEqual(miss('absent'))
  })

  test('leaves no word of question or answer and no name in Redis, and everything there ends', async () => {
    await storeAnswer({ ...ada, userId: 'lovelace' as UserId }, capital, stored)
    await expect.poll(() => redis.dbsize()).toBe(6)
    for (const key of await redis.keys('*')) {
      expect(key).toMatch(
        /^gf:1:\{(u:[\w-]{43}(:[\w-]{43})?\}:(e:[\w-]{43}|x:[\w-]{43}|w:[\w-]{43}|i)|ledger\}:(own|totals))$/,
      )
      expect(await redis.pttl(key)).toBeGreaterThan(0)
      const dump = (await redis.dumpBuffer(key))?.toString('latin1') ?? ''
      expect(`${key}${dump}`).not.toMatch(/zanzibar|capital|stone|pomegranate|lovelace|stub|text/i)
    }
  })

  test('lives for an hour, and fifteen minutes in a language without rules, give or take a tenth', async () => {
    const lives = async (asked: CacheQuestion) => {
      await redis.flushall()
      await storeAnswer(ada, asked, stored)
      const [key = ''] = await redis.keys('gf:1:*:e:*')
      return (await redis.pttl(key)) / 60_000
    }
    const minutes = [await lives(capital), await lives(capital), await lives(capital), await lives(capital)]
    for (const life of minutes) expect(Math.abs(life - 60)).toBeLessThan(6.1)
    // Of four, two are a second apart all but once in a million runs.
    expect(Math.max(...minutes) - Math.min(...minutes)).toBeGreaterThan(1 / 60)
    expect(Math.abs((await lives(question('Wie heißt die Hauptstadt?'))) - 15)).toBeLessThan(1.6)
  })

  test('has an age by the clock of Redis, whatever a process’s clock says', async () => {
    await storeAnswer(ada, capital, stored)
    const [key = ''] = await redis.keys('gf:1:*:e:*')
    await redis.pexpire(key, (await redis.pttl(key)) - 90_000)
    expect(await lookupAnswer(ada, capital)).toMatchObject({
      status: 'hit',
      ageSeconds: expect.toBeOneOf([90, 91, 92, 93, 94, 95]),
    })
  })

  test('gives way to a newer one, for every wording', async () => {
    await storeAnswer(ada, capital, stored)
    await storeAnswer(ada, question(`What's the capital of ${canary}?`), answer('Mkokotoni'))
    expect(await lookupAnswer(ada, capital)).toMatchObject({
      status: 'hit',
      answer: { parts: [{ text: 'Mkokotoni' }] },
    })
  })

  test('can be forgotten by its identity, by its owner only', async () => {
    await storeAnswer(ada, capital, stored)
    const identity = identifyAnswer(keys, capital, stored) ?? ''
    await expect.poll(() => redis.keys('gf:1:*:i')).toHaveLength(1)
    expect(await forgetAnswer(eve, cacheEntryRef(eve, capital, identity))).toBe(true)
    expect(await lookupAnswer(ada, capital)).toMatchObject({ status: 'hit' })
    expect(await forgetAnswer(ada, cacheEntryRef(ada, capital, identity))).toBe(true)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
  })

  test('goes with the conversation that put it there, whose ever it is', async () => {
    const identity = identifyAnswer(keys, capital, stored) ?? ''
    for (const user of [ada, eve]) await storeAnswer(user, capital, stored)
    await withdrawAnswers(ada, [{ answerId: v7() as MessageId, ref: cacheEntryRef(ada, capital, identity) }])
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
    expect(await lookupAnswer(eve, capital)).toMatchObject({ status: 'hit' })
  })

  test('is one of 300 at most', async () => {
    for (let number = 0; number < 305; number += 1)
      await storeAnswer(ada, question(`What is prime number ${number} of all?`), stored)
    await expect.poll(async () => (await redis.keys('gf:1:*:e:*')).length).toBe(300)
    expect(await lookupAnswer(ada, question('What is prime number 0 of all?'))).toEqual(miss('absent'))
    expect(await lookupAnswer(ada, question('What is prime number 304 of all?'))).toMatchObject({ status: 'hit' })
  })

  test('makes a follow-up findable at the same point of another conversation, and nowhere else', async () => {
    const followUp = (path: string) => question('And for children?', { path })
    const identity = identifyAnswer(keys, capital, stored) ?? ''
    const pathAfter = (parent: string, of: string) => nextPath(keys, parent, { identity: of, isShareable: false })
    const path = pathAfter('', identity)
    await storeAnswer(ada, followUp(path), answer('Free.'))
    const again = identifyAnswer(keys, question(`what's the capital of ${canary}`), stored) ?? ''
    expect(await lookupAnswer(ada, followUp(pathAfter('', again)))).toMatchObject({ status: 'hit' })
    expect(await lookupAnswer(ada, followUp(''))).toEqual(miss('absent'))
    expect(await lookupAnswer(ada, followUp(pathAfter(path, identity)))).toEqual(miss('absent'))
  })

  test('goes to each of two that race with its own question', async () => {
    const ask = async (number: number) => {
      const asked = question(`How much is ${number} plus one?`)
      await storeAnswer(ada, asked, answer(`answer ${number}`))
      return lookupAnswer(ada, asked)
    }
    const found = await Promise.all(Array.from({ length: 100 }, (_, number) => ask(number)))
    found.forEach((one, number) => {
      expect(one).toMatchObject({ answer: { parts: [{ text: `answer ${number}` }] } })
    })
  })
})

describe('not stored, not looked up', () => {
  test.each([
    ['off', question('What is HTML?', { answerCache: 'off' })],
    ['time_dependent', question('What is the weather?')],
    [
      'not_only_text',
      question('', { parts: [text('What?'), { type: 'file', mediaType: 'image/png', url: 'data:,' }] }),
    ],
  ] as const)('%s', async (reason, asked) => {
    expect(await storeAnswer(ada, asked, stored)).toBe(false)
    expect(await lookupAnswer(ada, asked)).toEqual(miss(reason))
    expect(identifyAnswer(keys, asked, stored)).toBeNull()
    expect(await redis.dbsize()).toBe(0)
  })

  test.each<Partial<GivenAnswer>>([
    { status: 'stopped' },
    { status: 'truncated' },
    { status: 'failed' },
    { parts: [] },
    { model: 'fallback' },
  ])('an answer that is %j', async (more) => {
    expect(await storeAnswer(ada, capital, answer('half an ans', more))).toBe(false)
    expect(await redis.dbsize()).toBe(0)
  })

  test('the model’s reasoning', async () => {
    await storeAnswer(ada, capital, answer('', { parts: [{ type: 'reasoning', text: 'hmm' }, text('Yes.')] }))
    expect(await lookupAnswer(ada, capital)).toMatchObject({ answer: { parts: [{ type: 'text', text: 'Yes.' }] } })
  })

  test('anything without Redis', async () => {
    expect(await lookupAnswer({ ...ada, redis: null }, capital)).toEqual(miss('no_redis'))
    expect(await storeAnswer({ ...ada, redis: null }, capital, stored)).toBe(false)
    expect(await forgetAnswer({ ...ada, redis: null }, cacheEntryRef(ada, capital, 'x'))).toBe(false)
  })
})

describe('tampered with, it is missed', () => {
  /** The one entry's key, and what lies there. */
  async function onlyEntry(): Promise<{ key: string; envelope: Buffer; ttl: number }> {
    const [key = ''] = await redis.keys('gf:1:*:e:*')
    return { key, envelope: (await redis.getBuffer(key)) ?? Buffer.alloc(0), ttl: await redis.pttl(key) }
  }

  test.each<[string, (envelope: Buffer) => Buffer]>([
    ['flipped bit', (envelope) => Buffer.from(envelope.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))],
    ['truncated', (envelope) => envelope.subarray(0, -1)],
    ['other version', (envelope) => Buffer.concat([Buffer.from([2]), envelope.subarray(1)])],
    ['unknown key id', (envelope) => Buffer.from(envelope.map((byte, at) => (at === 2 ? 0x7a : byte)))],
    ['empty', () => Buffer.alloc(0)],
    ['garbage', () => Buffer.from('{"answer":{"parts":[{"type":"text","text":"owned"}]}}')],
  ])('%s', async (_, bend) => {
    await storeAnswer(ada, capital, stored)
    const { key, envelope, ttl } = await onlyEntry()
    await redis.set(key, bend(envelope), 'PX', ttl)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
    // The next answer takes its place.
    expect(await storeAnswer(ada, capital, stored)).toBe(true)
    expect(await lookupAnswer(ada, capital)).toMatchObject({ status: 'hit' })
  })

  test('another user’s entry in place of one’s own', async () => {
    await storeAnswer(eve, capital, answer('Eve’s secret'))
    const { envelope } = await onlyEntry()
    await redis.flushall()
    await storeAnswer(ada, capital, stored)
    const { key, ttl } = await onlyEntry()
    await redis.set(key, envelope, 'PX', ttl)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
  })

  test('one’s own entry from another question, model or place in a conversation', async () => {
    const others = [
      question('What is HTML?'),
      { ...capital, path: 'p' },
      { ...capital, origin: { ...capital.origin, modelId: 'o' } },
    ]
    for (const other of others) {
      await redis.flushall()
      await storeAnswer(ada, other, answer('another answer'))
      const { envelope } = await onlyEntry()
      await redis.flushall()
      await storeAnswer(ada, capital, stored)
      const { key, ttl } = await onlyEntry()
      await redis.set(key, envelope, 'PX', ttl)
      expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
    }
  })

  test('a pointer to the answer of another question of the same scope', async () => {
    await storeAnswer(ada, question('What is HTML?'), answer('A markup language.'))
    const [pointer = ''] = await redis.keys('gf:1:*:x:*')
    const other = (await redis.get(pointer)) ?? ''
    await storeAnswer(ada, capital, stored)
    for (const key of await redis.keys('gf:1:*:[xw]:*')) await redis.set(key, other, 'PX', 60_000)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
  })

  test('values of another type or without an end', async () => {
    await storeAnswer(ada, capital, stored)
    const { key } = await onlyEntry()
    await redis.persist(key)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
    await redis.del(key)
    await redis.hset(key, 'a', 'b')
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
    await storeAnswer(ada, capital, stored)
    for (const pointer of await redis.keys('gf:1:*:[xw]:*')) {
      await redis.del(pointer)
      await redis.sadd(pointer, 'x')
    }
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
    await storeAnswer(ada, capital, stored)
    for (const pointer of await redis.keys('gf:1:*:[xw]:*')) await redis.set(pointer, '../../{other}:*\n', 'PX', 60_000)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
  })
})

describe('keys rotate', () => {
  const one = { kid: 'one', key: Buffer.alloc(32, 1).toString('base64') }
  const two = { kid: 'two', key: Buffer.alloc(32, 2).toString('base64') }
  const withKeys = (...given: { kid: string; key: string }[]) => ({
    ...ada,
    keys: openKeyRing({ BETTER_AUTH_SECRET, ANSWER_CACHE_KEYS: given }),
  })

  test('a new key in front: old answers hit, new ones are sealed with it', async () => {
    await storeAnswer(withKeys(one), capital, stored)
    expect(await lookupAnswer(withKeys(two, one), capital)).toMatchObject({ status: 'hit' })
    const html = question('What is HTML?')
    await storeAnswer(withKeys(two, one), html, stored)
    expect(await lookupAnswer(withKeys(two, one), html)).toMatchObject({ status: 'hit' })
    expect(await lookupAnswer(withKeys(one), html)).toEqual(miss('undecipherable'))
  })

  test('the old key dropped, or another one: missed', async () => {
    await storeAnswer(withKeys(one), capital, stored)
    expect(await lookupAnswer(withKeys(two), capital)).toEqual(miss('absent'))
    expect(await lookupAnswer(withKeys({ ...one, key: two.key }), capital)).toEqual(miss('absent'))
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
  })
})

describe('Redis in trouble', () => {
  const servers: { stop: (options: { force: boolean }) => Promise<void> }[] = []
  const connections: { disconnect: () => void }[] = []
  afterAll(async () => {
    for (const connection of connections) connection.disconnect()
    for (const server of servers) await server.stop({ force: true })
  })

  async function product() {
    const server = await startTestRedis()
    const warnings: unknown[] = []
    const connection = connectRedis({ urls: [server.url], cluster: false }, { warn: (event) => warnings.push(event) })
    const admin = new Redis(server.url)
    admin.on('error', () => undefined)
    servers.push(server)
    connections.push(connection, admin)
    await waitUntilReady(connection, 1_000)
    return { server, admin, warnings, user: { ...ada, redis: connection } }
  }

  async function timed<T>(work: Promise<T>): Promise<[T, number]> {
    const startedAt = performance.now()
    return [await work, performance.now() - startedAt]
  }

  /** Of twenty; in milliseconds. */
  async function medianMiss(user: typeof ada): Promise<number> {
    const all: number[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      const [found, milliseconds] = await timed(lookupAnswer(user, capital))
      expect(found).toEqual(miss('redis_unavailable'))
      all.push(milliseconds)
    }
    return median(all)
  }

  test('full: what is there is served, nothing new is stored, one warning', async () => {
    const { admin, warnings, user } = await product()
    await storeAnswer(user, capital, stored)
    await admin.config('SET', 'maxmemory-policy', 'noeviction')
    await admin.config('SET', 'maxmemory', '1')
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await storeAnswer(user, question(`What is ${turn} plus two?`), stored)).toBe(false)
      expect(await lookupAnswer(user, capital)).toMatchObject({ status: 'hit' })
    }
    expect(warnings).toHaveLength(1)
    await admin.config('SET', 'maxmemory', '0')
    expect(await storeAnswer(user, question('What is 0 plus two?'), stored)).toBe(true)
  })

  test('frozen: a miss within 150 ms, and soon at once', async () => {
    const { server, warnings, user } = await product()
    process.kill(server.pid, 'SIGSTOP')
    try {
      // Its limit is 150; without one the connection would give up after a second.
      expect(await withTimeout(600, lookupAnswer(user, capital))).toEqual(miss('redis_unavailable'))
      expect(await withTimeout(600, storeAnswer(user, capital, stored))).toBe(false)
      await expect.poll(() => user.redis.status).not.toBe('ready')
      expect(await medianMiss(user)).toBeLessThan(90)
      expect(warnings).toHaveLength(1)
    } finally {
      process.kill(server.pid, 'SIGCONT')
    }
    await expect.poll(() => storeAnswer(user, capital, stored), { timeout: 5_000 }).toBe(true)
    expect(await lookupAnswer(user, capital)).toMatchObject({ status: 'hit' })
  })

  test('gone: a miss at once', async () => {
    const { server, warnings, user } = await product()
    await server.stop({ force: true })
    await expect.poll(() => user.redis.status).not.toBe('ready')
    expect(await medianMiss(user)).toBeLessThan(90)
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await storeAnswer(user, capital, stored)).toBe(false)
      expect(await forgetAnswer(user, cacheEntryRef(user, capital, 'x'))).toBe(false)
    }
    expect(warnings).toHaveLength(1)
  })
})

test('keys of one entry share their hash tag', () => {
  expect(entryKey('u:a:b', 'e')).toBe('gf:1:{u:a:b}:e:e')
})
