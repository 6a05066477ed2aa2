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

/** No server listens at this address. */
const unavailableRedis = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false, retryStrategy: () => null })
unavailableRedis.on('error', () => undefined)

// Opening a connection costs the driver of Neon 100 ms of work, which no test here is about. All connections are
// opened in advance, because some tests send twenty requests at once.
beforeAll(async () => {
  await Promise.all(Array.from({ length: poolMax }, () => db.execute('select pg_sleep(0.1)')))
})

/** Seconds. Longer than any test, so that no window ends during one. */
const longWindow = 400_000_000
let caller: string
beforeEach(() => {
  caller = v7()
})

const stores = { redis: { db, redis }, postgres: { db, redis: null } }
const consume = (store: (typeof stores)[keyof typeof stores], limits: Record<string, string>) =>
  consumeRateLimit(store, rateLimitRequests(limits, ['chat', 'chat-day'], caller))

/** Retries if no connection became free in time. Such a request has consumed nothing. */
const consumePatiently: typeof consume = (...args) =>
  consume(...args).catch((error) => {
    if (error.cause?.cause?.message !== 'no connection became free') throw error
    return consumePatiently(...args)
  })

describe.each(['redis', 'postgres'] as const)('consumeRateLimit in %s', (name) => {
  const store = stores[name]
  const limits = { chat: `5/${longWindow}`, 'chat-day': `8/${longWindow}` }
  const remaining = async () => (await consume(store, limits)).results.map((result) => result.remaining)

  test('allows exactly the maximum under concurrent requests', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => consumePatiently(store, { chat: `5/${longWindow}` })),
    )
    expect(all.filter(({ allowed }) => allowed)).toHaveLength(5)
    const refused = await consume(store, { chat: `5/${longWindow}` })
    expect(refused).toMatchObject({ allowed: false, results: [{ remaining: 0 }, {}] })
    expect(refused.retryAfterSeconds).toBeGreaterThan(1)
    expect((await consume(store, { chat: `6/${longWindow}` })).allowed).toBe(true)
  })

  test('counts each caller and each policy separately', async () => {
    for (let turn = 0; turn < 5; turn++) await consume(store, limits)
    expect((await consume(store, limits)).allowed).toBe(false)
    expect((await consumeRateLimit(store, rateLimitRequests(limits, ['chat'], v7()))).allowed).toBe(true)
    expect((await consumeRateLimit(store, rateLimitRequests(limits, ['sign-in'], caller))).allowed).toBe(true)
  })

  test('does not consume other policies if one refuses', async () => {
    for (let turn = 0; turn < 5; turn++) await consume(store, limits)
    for (let turn = 0; turn < 10; turn++) expect((await consume(store, limits)).allowed).toBe(false)
    expect(await consumeRateLimit(store, rateLimitRequests(limits, ['chat-day'], caller))).toMatchObject({
      allowed: true,
      results: [{ remaining: 2 }],
    })
  })

  test('makes refunded requests available again', async () => {
    expect(await remaining()).toEqual([4, 7])
    await (await consume(store, limits)).refund()
    expect(await remaining()).toEqual([3, 6])
    for (let turn = 0; turn < 3; turn++) await consume(store, limits)
    const refused = await consume(store, limits)
    await refused.refund()
    expect((await consume(store, limits)).allowed).toBe(false)
  })

  test('allows requests again at the announced time and not much earlier', async () => {
    const short = { chat: '2/2' }
    let sentAt = performance.now()
    let refused = await consume(store, short)
    while (refused.allowed) {
      sentAt = performance.now()
      refused = await consume(store, short)
    }
    const refusedAt = performance.now()
    // The duration of a request is irrelevant: a request that begins after the wait must be allowed, no
    // matter when its response arrives.
    let lastRefusedAt = sentAt
    const retry = async () => {
      const at = performance.now()
      const { allowed } = await consume(store, short)
      if (!allowed) lastRefusedAt = at
      return allowed
    }
    await expect.poll(retry, { interval: 20 }).toBe(true)
    expect((lastRefusedAt - refusedAt) / 1000).toBeLessThanOrEqual(refused.retryAfterSeconds)
    // The wait is rounded up to whole seconds.
    expect((performance.now() - sentAt) / 1000).toBeGreaterThan(refused.retryAfterSeconds - 1.05)
  })

  test('counts in the same window although the clock of the process is wrong by minutes', async () => {
    const allowed: boolean[] = []
    for (const minutes of [0, 10, -10, 10, 0, -10, 60]) {
      vi.spyOn(Date, 'now').mockReturnValue(Date.now() + minutes * 60_000)
      allowed.push((await consume(store, { chat: '3/3600' })).allowed)
      vi.restoreAllMocks()
    }
    expect(allowed).toEqual([true, true, true, false, false, false, false])
  })
})

describe('consumeRateLimit without Redis', () => {
  afterEach(() => redis.config('SET', 'maxmemory', '0'))

  test.each([
    ['unavailable', () => unavailableRedis],
    ['full', () => redis],
    ['of another type under the key', () => redis],
  ])('counts in Postgres if Redis is %s', async (state, handle) => {
    const limits = { chat: `2/${longWindow}` }
    if (state === 'full') await fill()
    if (state.startsWith('of')) await spoil()
    const answers: boolean[] = []
    for (let turn = 0; turn < 3; turn++)
      answers.push(
        (await consumeRateLimit({ db, redis: handle() }, rateLimitRequests(limits, ['chat'], caller))).allowed,
      )
    expect(answers).toEqual([true, true, false])
    expect(await sql('select count from rate_limit where key = $1', [`chat:${caller}`])).toEqual([{ count: 2 }])
  })

  async function fill() {
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.config('SET', 'maxmemory', '1')
  }
  /** Stores a hash in place of a number, in the current window and the next one. */
  async function spoil() {
    const [seconds] = await redis.time()
    const window = Math.floor(Number(seconds) / longWindow)
    for (const number of [window, window + 1]) await redis.hset(`gf:1:limit:chat:{${caller}}:${number}`, 'a', 'b')
  }

  test('rejects the request if Postgres is unavailable too', async () => {
    const broken = { execute: () => Promise.reject(new Error('gone')) } as unknown as typeof db
    const consuming = consumeRateLimit(
      { db: broken, redis: unavailableRedis },
      rateLimitRequests({}, ['sign-in'], caller),
    )
    await expect(consuming).rejects.toMatchObject({ code: 'database_unavailable', details: { retryAfterSeconds: 3 } })
  })
})

test('deletes expired rows', async () => {
  await sql(`insert into rate_limit (key, count, window_ends_at)
    select 'old:' || n, 1, now() - interval '1 hour' from generate_series(1, 25) n`)
  const left = async () => (await sql(`select 1 from rate_limit where key like 'old:%'`)).length
  await consume(stores.postgres, {})
  expect(await left()).toBe(15)
  await consume(stores.postgres, {})
  await consume(stores.postgres, {})
  expect(await left()).toBe(0)
})
