import { Redis } from 'ioredis'
import { v7 } from 'uuid'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { testDatabase } from '@/tests/services/test-database'
import { testRedis } from '@/tests/services/test-redis'
import { consumeRateLimit } from './consume-rate-limit'
import { rateLimitRequests } from './rate-limit-request'

const poolMax = 5
const { db, sql } = await testDatabase({ poolMax })
const { redis } = await testRedis()

/** Nothing listens there. */
const away = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false, retryStrategy: () => null })
away.on('error', () => undefined)

// Opening a connection costs Neon's driver a tenth of a second of work, and no test here is about that: twenty who ask at
// once find all of them open.
beforeAll(async () => {
  await Promise.all(Array.from({ length: poolMax }, () => db.execute('select pg_sleep(0.1)')))
})

/** So long that no test meets its end. */
const long = 400_000_000
let who: string
beforeEach(() => {
  who = v7()
})

const stores = { redis: { db, redis }, postgres: { db, redis: null } }
const ask = (where: (typeof stores)[keyof typeof stores], limits: Record<string, string>) =>
  consumeRateLimit(where, rateLimitRequests(limits, ['chat', 'chat-day'], who))

/** So many ask at once that a connection may not become free in time. Such an ask has taken nothing, and is made again. */
const insist: typeof ask = (...asked) =>
  ask(...asked).catch((error) => {
    if (error.cause?.cause?.message !== 'no connection became free') throw error
    return insist(...asked)
  })

describe.each(['redis', 'postgres'] as const)('counted in %s', (name) => {
  const store = stores[name]
  const limits = { chat: `5/${long}`, 'chat-day': `8/${long}` }
  const remaining = async () => (await ask(store, limits)).verdicts.map((verdict) => verdict.remaining)

  test('lets in as many as the limit says, at once or one by one', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => insist(store, { chat: `5/${long}` })))
    expect(all.filter(({ allowed }) => allowed)).toHaveLength(5)
    const refused = await ask(store, { chat: `5/${long}` })
    expect(refused).toMatchObject({ allowed: false, verdicts: [{ remaining: 0 }, {}] })
    expect(refused.retryAfterSeconds).toBeGreaterThan(1)
    expect((await ask(store, { chat: `6/${long}` })).allowed).toBe(true)
  })

  test('counts everybody and every limit apart', async () => {
    for (let turn = 0; turn < 5; turn++) await ask(store, limits)
    expect((await ask(store, limits)).allowed).toBe(false)
    expect((await consumeRateLimit(store, rateLimitRequests(limits, ['chat'], v7()))).allowed).toBe(true)
    expect((await consumeRateLimit(store, rateLimitRequests(limits, ['sign-in'], who))).allowed).toBe(true)
  })

  test('one limit that refuses costs nothing on the other', async () => {
    for (let turn = 0; turn < 5; turn++) await ask(store, limits)
    for (let turn = 0; turn < 10; turn++) expect((await ask(store, limits)).allowed).toBe(false)
    expect(await consumeRateLimit(store, rateLimitRequests(limits, ['chat-day'], who))).toMatchObject({
      allowed: true,
      verdicts: [{ remaining: 2 }],
    })
  })

  test('what is given back can be taken again', async () => {
    expect(await remaining()).toEqual([4, 7])
    await (await ask(store, limits)).giveBack()
    expect(await remaining()).toEqual([3, 6])
    for (let turn = 0; turn < 3; turn++) await ask(store, limits)
    const refused = await ask(store, limits)
    await refused.giveBack()
    expect((await ask(store, limits)).allowed).toBe(false)
  })

  test('is open again when it says so, and not long before', async () => {
    const short = { chat: '2/2' }
    let askedAt = performance.now()
    let refused = await ask(store, short)
    while (refused.allowed) {
      askedAt = performance.now()
      refused = await ask(store, short)
    }
    const heardAt = performance.now()
    // How long an ask took says nothing: whoever asks when the time is over must be let in, however late they hear it.
    let lastRefusedAt = askedAt
    const askAgain = async () => {
      const at = performance.now()
      const { allowed } = await ask(store, short)
      if (!allowed) lastRefusedAt = at
      return allowed
    }
    await expect.poll(askAgain, { interval: 20 }).toBe(true)
    expect((lastRefusedAt - heardAt) / 1000).toBeLessThanOrEqual(refused.retryAfterSeconds)
    // It is told in whole seconds.
    expect((performance.now() - askedAt) / 1000).toBeGreaterThan(refused.retryAfterSeconds - 1.05)
  })

  test('a clock that is wrong by minutes makes no window of its own', async () => {
    const allowed: boolean[] = []
    for (const minutes of [0, 10, -10, 10, 0, -10, 60]) {
      vi.spyOn(Date, 'now').mockReturnValue(Date.now() + minutes * 60_000)
      allowed.push((await ask(store, { chat: '3/3600' })).allowed)
      vi.restoreAllMocks()
    }
    expect(allowed).toEqual([true, true, true, false, false, false, false])
  })
})

describe('without Redis', () => {
  afterEach(() => redis.config('SET', 'maxmemory', '0'))

  test.each([
    ['away', () => away],
    ['full', () => redis],
    ['with something else under the key', () => redis],
  ])('%s: Postgres counts', async (state, handle) => {
    const limits = { chat: `2/${long}` }
    if (state === 'full') await fill()
    if (state.startsWith('with')) await spoil()
    const answers: boolean[] = []
    for (let turn = 0; turn < 3; turn++)
      answers.push((await consumeRateLimit({ db, redis: handle() }, rateLimitRequests(limits, ['chat'], who))).allowed)
    expect(answers).toEqual([true, true, false])
    expect(await sql('select count from rate_limit where key = $1', [`chat:${who}`])).toEqual([{ count: 2 }])
  })

  async function fill() {
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.config('SET', 'maxmemory', '1')
  }
  /** A hash where a number should be, in the window of now and the next. */
  async function spoil() {
    const [seconds] = await redis.time()
    const window = Math.floor(Number(seconds) / long)
    for (const number of [window, window + 1]) await redis.hset(`gf:1:limit:chat:{${who}}:${number}`, 'a', 'b')
  }

  test('and without Postgres too, nobody is let in', async () => {
    const broken = { execute: () => Promise.reject(new Error('gone')) } as unknown as typeof db
    const asked = consumeRateLimit({ db: broken, redis: away }, rateLimitRequests({}, ['sign-in'], who))
    await expect(asked).rejects.toMatchObject({ code: 'database_unavailable', details: { retryAfterSeconds: 3 } })
  })
})

test('rows that are over do not pile up', async () => {
  await sql(`insert into rate_limit (key, count, window_ends_at)
    select 'old:' || n, 1, now() - interval '1 hour' from generate_series(1, 25) n`)
  const left = async () => (await sql(`select 1 from rate_limit where key like 'old:%'`)).length
  await ask(stores.postgres, {})
  expect(await left()).toBe(15)
  await ask(stores.postgres, {})
  await ask(stores.postgres, {})
  expect(await left()).toBe(0)
})
