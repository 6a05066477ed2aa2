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
import { identifyAnswer, type ModelAnswer, storeAnswer } from './store-answer'

const BETTER_AUTH_SECRET = 'x'.repeat(32)
const keys = openKeyRing({ BETTER_AUTH_SECRET, ANSWER_CACHE_KEYS: undefined })
const { redis } = await testRedisOrCluster()
beforeEach(() => redis.flushall())

const ada = cacheUser({ redis, keys }, 'ada')
const eve = { ...ada, userId: 'eve' as UserId }
const text = (value: string): ChatPart => ({ type: 'text', text: value })

const answer = (value: string, more: Partial<ModelAnswer> = {}): ModelAnswer => ({
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
  test('lookupAnswer finds a stored answer by the same text and by the same words, with all its fields', async () => {
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

  test('lookupAnswer never finds a private answer of another user', async () => {
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
  ])('lookupAnswer misses if the question has %j', async (other) => {
    await storeAnswer(ada, capital, stored)
    expect(await lookupAnswer(ada, { ...capital, ...other })).toEqual(miss('absent'))
  })

  test('storeAnswer writes no plain text and no names to Redis, and every key has a TTL', async () => {
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

  test('a private answer expires after an hour, or 15 minutes in a language without rules, plus or minus 10 %', async () => {
    const lives = async (asked: CacheQuestion) => {
      await redis.flushall()
      await storeAnswer(ada, asked, stored)
      const [key = ''] = await redis.keys('gf:1:*:e:*')
      return (await redis.pttl(key)) / 60_000
    }
    const minutes = [await lives(capital), await lives(capital), await lives(capital), await lives(capital)]
    for (const life of minutes) expect(Math.abs(life - 60)).toBeLessThan(6.1)
    // Random TTLs: all four are within a second in fewer than one of a million runs.
    expect(Math.max(...minutes) - Math.min(...minutes)).toBeGreaterThan(1 / 60)
    expect(Math.abs((await lives(question('Wie heißt die Hauptstadt?'))) - 15)).toBeLessThan(1.6)
  })

  test('the age of an answer is measured by the clock of Redis', async () => {
    await storeAnswer(ada, capital, stored)
    const [key = ''] = await redis.keys('gf:1:*:e:*')
    await redis.pexpire(key, (await redis.pttl(key)) - 90_000)
    expect(await lookupAnswer(ada, capital)).toMatchObject({
      status: 'hit',
      ageSeconds: expect.toBeOneOf([90, 91, 92, 93, 94, 95]),
    })
  })

  test('storeAnswer replaces an older answer for every wording of the question', async () => {
    await storeAnswer(ada, capital, stored)
    await storeAnswer(ada, question(`What's the capital of ${canary}?`), answer('Mkokotoni'))
    expect(await lookupAnswer(ada, capital)).toMatchObject({
      status: 'hit',
      answer: { parts: [{ text: 'Mkokotoni' }] },
    })
  })

  test('forgetAnswer removes an answer of its owner only', async () => {
    await storeAnswer(ada, capital, stored)
    const identity = identifyAnswer(keys, capital, stored) ?? ''
    await expect.poll(() => redis.keys('gf:1:*:i')).toHaveLength(1)
    expect(await forgetAnswer(eve, cacheEntryRef(eve, capital, identity))).toBe(true)
    expect(await lookupAnswer(ada, capital)).toMatchObject({ status: 'hit' })
    expect(await forgetAnswer(ada, cacheEntryRef(ada, capital, identity))).toBe(true)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
  })

  test('withdrawAnswers removes only the answers of its user', async () => {
    const identity = identifyAnswer(keys, capital, stored) ?? ''
    for (const user of [ada, eve]) await storeAnswer(user, capital, stored)
    await withdrawAnswers(ada, [{ answerId: v7() as MessageId, ref: cacheEntryRef(ada, capital, identity) }])
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
    expect(await lookupAnswer(eve, capital)).toMatchObject({ status: 'hit' })
  })

  test('storeAnswer keeps the newest 300 private answers of a user', async () => {
    for (let number = 0; number < 305; number += 1)
      await storeAnswer(ada, question(`What is prime number ${number} of all?`), stored)
    await expect.poll(async () => (await redis.keys('gf:1:*:e:*')).length).toBe(300)
    expect(await lookupAnswer(ada, question('What is prime number 0 of all?'))).toEqual(miss('absent'))
    expect(await lookupAnswer(ada, question('What is prime number 304 of all?'))).toMatchObject({ status: 'hit' })
  })

  test('a follow-up question is found only in conversations with the same path', async () => {
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

  test('concurrent questions each get their own answer', async () => {
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

describe('uncacheable turns', () => {
  test.each([
    ['off', question('What is HTML?', { answerCache: 'off' })],
    ['time_dependent', question('What is the weather?')],
    [
      'not_only_text',
      question('', { parts: [text('What?'), { type: 'file', mediaType: 'image/png', url: 'data:,' }] }),
    ],
  ] as const)(
    'a question that is uncacheable because of `%s` is neither stored nor looked up',
    async (reason, asked) => {
      expect(await storeAnswer(ada, asked, stored)).toBe(false)
      expect(await lookupAnswer(ada, asked)).toEqual(miss(reason))
      expect(identifyAnswer(keys, asked, stored)).toBeNull()
      expect(await redis.dbsize()).toBe(0)
    },
  )

  test.each<Partial<ModelAnswer>>([
    { status: 'stopped' },
    { status: 'truncated' },
    { status: 'failed' },
    { parts: [] },
    { model: 'fallback' },
  ])('storeAnswer does not store an answer with %j', async (more) => {
    expect(await storeAnswer(ada, capital, answer('half an ans', more))).toBe(false)
    expect(await redis.dbsize()).toBe(0)
  })

  test('storeAnswer does not store the reasoning of the model', async () => {
    await storeAnswer(ada, capital, answer('', { parts: [{ type: 'reasoning', text: 'hmm' }, text('Yes.')] }))
    expect(await lookupAnswer(ada, capital)).toMatchObject({ answer: { parts: [{ type: 'text', text: 'Yes.' }] } })
  })

  test('the answer cache does nothing without Redis', async () => {
    expect(await lookupAnswer({ ...ada, redis: null }, capital)).toEqual(miss('no_redis'))
    expect(await storeAnswer({ ...ada, redis: null }, capital, stored)).toBe(false)
    expect(await forgetAnswer({ ...ada, redis: null }, cacheEntryRef(ada, capital, 'x'))).toBe(false)
  })
})

describe('tampered entries', () => {
  /** Returns the only entry in Redis. */
  async function onlyEntry(): Promise<{ key: string; envelope: Buffer; ttl: number }> {
    const [key = ''] = await redis.keys('gf:1:*:e:*')
    return { key, envelope: (await redis.getBuffer(key)) ?? Buffer.alloc(0), ttl: await redis.pttl(key) }
  }

  test.each<[string, (envelope: Buffer) => Buffer]>([
    ['a flipped bit', (envelope) => Buffer.from(envelope.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))],
    ['a missing last byte', (envelope) => envelope.subarray(0, -1)],
    ['another version', (envelope) => Buffer.concat([Buffer.from([2]), envelope.subarray(1)])],
    ['an unknown key id', (envelope) => Buffer.from(envelope.map((byte, at) => (at === 2 ? 0x7a : byte)))],
    ['no bytes', () => Buffer.alloc(0)],
    ['plain JSON', () => Buffer.from('{"answer":{"parts":[{"type":"text","text":"owned"}]}}')],
  ])('lookupAnswer misses an entry with %s, and storeAnswer replaces it', async (_, tamper) => {
    await storeAnswer(ada, capital, stored)
    const { key, envelope, ttl } = await onlyEntry()
    await redis.set(key, tamper(envelope), 'PX', ttl)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
    expect(await storeAnswer(ada, capital, stored)).toBe(true)
    expect(await lookupAnswer(ada, capital)).toMatchObject({ status: 'hit' })
  })

  test('lookupAnswer misses an entry that was copied from another user', async () => {
    await storeAnswer(eve, capital, answer('Eve’s secret'))
    const { envelope } = await onlyEntry()
    await redis.flushall()
    await storeAnswer(ada, capital, stored)
    const { key, ttl } = await onlyEntry()
    await redis.set(key, envelope, 'PX', ttl)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
  })

  test('lookupAnswer misses an entry that was copied from another question, model or conversation path', async () => {
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

  test('lookupAnswer misses if a pointer was redirected to the answer of another question', async () => {
    await storeAnswer(ada, question('What is HTML?'), answer('A markup language.'))
    const [pointer = ''] = await redis.keys('gf:1:*:x:*')
    const other = (await redis.get(pointer)) ?? ''
    await storeAnswer(ada, capital, stored)
    for (const key of await redis.keys('gf:1:*:[xw]:*')) await redis.set(key, other, 'PX', 60_000)
    expect(await lookupAnswer(ada, capital)).toEqual(miss('undecipherable'))
  })

  test('lookupAnswer misses values of another type, without a TTL, or with an invalid pointer', async () => {
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

describe('key rotation', () => {
  const one = { kid: 'one', key: Buffer.alloc(32, 1).toString('base64') }
  const two = { kid: 'two', key: Buffer.alloc(32, 2).toString('base64') }
  const withKeys = (...given: { kid: string; key: string }[]) => ({
    ...ada,
    keys: openKeyRing({ BETTER_AUTH_SECRET, ANSWER_CACHE_KEYS: given }),
  })

  test('a new first key encrypts new answers, and answers of the old key are still found', async () => {
    await storeAnswer(withKeys(one), capital, stored)
    expect(await lookupAnswer(withKeys(two, one), capital)).toMatchObject({ status: 'hit' })
    const html = question('What is HTML?')
    await storeAnswer(withKeys(two, one), html, stored)
    expect(await lookupAnswer(withKeys(two, one), html)).toMatchObject({ status: 'hit' })
    expect(await lookupAnswer(withKeys(one), html)).toEqual(miss('undecipherable'))
  })

  test('lookupAnswer misses answers whose key was removed or replaced', async () => {
    await storeAnswer(withKeys(one), capital, stored)
    expect(await lookupAnswer(withKeys(two), capital)).toEqual(miss('absent'))
    expect(await lookupAnswer(withKeys({ ...one, key: two.key }), capital)).toEqual(miss('absent'))
    expect(await lookupAnswer(ada, capital)).toEqual(miss('absent'))
  })
})

describe('Redis failures', () => {
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

  /** Returns the median duration of twenty failing lookups in milliseconds. */
  async function medianMiss(user: typeof ada): Promise<number> {
    const all: number[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      const [found, milliseconds] = await timed(lookupAnswer(user, capital))
      expect(found).toEqual(miss('redis_unavailable'))
      all.push(milliseconds)
    }
    return median(all)
  }

  test('a full Redis serves stored answers, stores no new ones, and causes a single warning', async () => {
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

  test('a frozen Redis causes misses within 150 ms, and immediate misses once the connection is closed', async () => {
    const { server, warnings, user } = await product()
    process.kill(server.pid, 'SIGSTOP')
    try {
      // The time limit is 150 ms. Without it the command would fail only after a second. 600
      // ms tolerates a slow machine.
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

  test('a stopped Redis causes immediate misses and a single warning', async () => {
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

test('entryKey contains the scope as a hash tag', () => {
  expect(entryKey('u:a:b', 'e')).toBe('gf:1:{u:a:b}:e:e')
})
