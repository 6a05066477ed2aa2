import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { scriptName } from '@/lib/redis/run-script'
import { aboutSeconds } from '@/tests/services/about-seconds'
import { startTestRedis } from '@/tests/services/redis-server'
import { testRedis } from '@/tests/services/test-redis'
import {
  acquireProbe,
  type BreakerLimits,
  breakerKey,
  defaultLimits,
  readBreaker,
  readScript,
  reportOutcome,
  reportScript,
} from './circuit-breaker'

const { redis, url } = await testRedis()
/** The connection of another instance. */
const otherRedis = new Redis(url)
afterAll(() => otherRedis.disconnect())
beforeEach(() => redis.flushall())

const model = 'openai/gpt:4'
const key = breakerKey(model)
/** Opens the breaker for so short a time that it is half-open at the next command. */
const brief: BreakerLimits = { ...defaultLimits, openMs: 1 }

const report = (outcome: 'answered' | 'failed', limits = defaultLimits) =>
  reportOutcome(redis, model, outcome, null, limits)
const fail = async (times: number, limits = defaultLimits) => {
  for (let count = 0; count < times; count += 1) await report('failed', limits)
}
const openBriefly = async () => {
  await fail(5, brief)
  await expect.poll(() => readBreaker(otherRedis, model, brief)).toEqual({ state: 'half-open' })
}
async function probe(limits: BreakerLimits = brief): Promise<string> {
  const pass = await acquireProbe(redis, model, limits)
  if (pass.state !== 'probe') throw new Error(`no probe, but ${pass.state}`)
  return pass.token
}

test.each([readScript, reportScript])('computes the same hash for script %# as Redis', async (lua) => {
  expect(await redis.script('LOAD', lua)).toBe(scriptName(lua))
})

describe('a closed breaker', () => {
  test('opens for every connection after ten failures on one', async () => {
    await Promise.all(Array.from({ length: 10 }, () => report('failed')))
    expect(await readBreaker(otherRedis, model)).toEqual({ state: 'open', retryAfterSeconds: aboutSeconds(10) })
    expect(await acquireProbe(otherRedis, model)).toMatchObject({ state: 'open' })
  })

  test('opens at the fifth failure and not before', async () => {
    await fail(4)
    expect(await readBreaker(otherRedis, model)).toEqual({ state: 'closed' })
    await fail(1)
    expect(await readBreaker(otherRedis, model)).toMatchObject({ state: 'open' })
  })

  test('stays closed while most calls are answered', async () => {
    for (let count = 0; count < 11; count += 1) await report('answered')
    await fail(10)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
    await fail(1)
    expect(await readBreaker(redis, model)).toMatchObject({ state: 'open' })
  })

  test('does not count failures that are older than the window', async () => {
    const short = { ...defaultLimits, windowMs: 60 }
    await fail(4, short)
    await expect.poll(() => redis.exists(key)).toBe(0)
    await fail(4, short)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
  })

  test('does not count expired slots of the ring if newer slots keep the key alive', async () => {
    const [seconds] = await redis.time()
    const stretch = Math.floor(Number(seconds) / 5)
    // Slots just outside the window, far outside, and from a clock that was ahead.
    const old = [stretch - 6, stretch - 8, stretch + 7].map((one) => [String(one % 6), `${one} 50 0`])
    await redis.hset(key, Object.fromEntries(old))
    await fail(4)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
  })

  test('opens for one model only', async () => {
    await fail(5)
    expect(await readBreaker(redis, 'openai/gpt:5')).toEqual({ state: 'closed' })
  })
})

describe('a half-open breaker', () => {
  test('grants one probe to fifty concurrent requests on two connections', async () => {
    await openBriefly()
    const pending = Array.from({ length: 50 }, (_, index) => acquireProbe(index % 2 ? redis : otherRedis, model, brief))
    const states = (await Promise.all(pending)).map(({ state }) => state)
    expect(states.filter((state) => state === 'probe')).toHaveLength(1)
    expect(states.filter((state) => state === 'open')).toHaveLength(49)
    expect(await readBreaker(otherRedis, model, brief)).toEqual({ state: 'open', retryAfterSeconds: 1 })
  })

  test('does not grant the probe to callers that only read the breaker, as turns do that the cache answers', async () => {
    await openBriefly()
    for (let count = 0; count < 5; count += 1) await readBreaker(otherRedis, model, brief)
    await probe()
  })

  test('closes for all connections after a successful probe and deletes its key', async () => {
    await openBriefly()
    await reportOutcome(redis, model, 'answered', await probe(), brief)
    expect(await readBreaker(otherRedis, model, brief)).toEqual({ state: 'closed' })
    expect(await redis.keys('*')).toEqual([])
    await fail(4)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
  })

  test('opens again after a failed probe, each time for twice as long, up to a minute', async () => {
    await openBriefly()
    const seconds = []
    for (let round = 0; round < 5; round += 1) {
      await reportOutcome(redis, model, 'failed', await probe(defaultLimits))
      const reading = await readBreaker(otherRedis, model)
      seconds.push(reading.state === 'open' && reading.retryAfterSeconds)
      // Simulates that the open time has passed.
      await redis.hset(key, 'openUntil', '1')
    }
    expect(seconds).toEqual([20, 40, 60, 60, 60].map(aboutSeconds))
  })

  test('grants another probe at once after an abandoned one', async () => {
    await openBriefly()
    const first = await probe()
    await reportOutcome(redis, model, 'abandoned', first, brief)
    expect(await probe()).not.toBe(first)
  })

  test('grants another probe after the lease has expired and ignores the report of the expired one', async () => {
    await openBriefly()
    const shortLease = { ...brief, leaseMs: 30 }
    const expired = await probe(shortLease)
    await expect.poll(() => readBreaker(otherRedis, model, shortLease)).toEqual({ state: 'half-open' })
    const next = await probe(shortLease)
    await reportOutcome(otherRedis, model, 'answered', expired, shortLease)
    expect(await readBreaker(otherRedis, model, shortLease)).not.toEqual({ state: 'closed' })
    await reportOutcome(otherRedis, model, 'answered', next, shortLease)
    expect(await readBreaker(otherRedis, model, shortLease)).toEqual({ state: 'closed' })
  })

  test('ignores reports of calls that began before it opened', async () => {
    await openBriefly()
    await report('answered', brief)
    await fail(7, brief)
    expect(await readBreaker(otherRedis, model, brief)).toEqual({ state: 'half-open' })
    expect(await redis.hget(key, 'level')).toBe('1')
  })
})

test('expires if it is not used', async () => {
  await report('answered')
  expect(await redis.pttl(key)).toBeGreaterThan(29_000)
  await fail(5)
  expect(await redis.pttl(key)).toBeGreaterThan(10_000)
  expect(await redis.pttl(key)).toBeLessThan(400_000)
})

describe('a breaker without usable state', () => {
  test('is closed without Redis', async () => {
    expect(await readBreaker(null, model)).toEqual({ state: 'closed' })
    expect(await acquireProbe(null, model)).toEqual({ state: 'closed' })
    await reportOutcome(null, model, 'failed')
  })

  test('is closed if Redis cannot be reached', async () => {
    const server = await startTestRedis()
    const gone = new Redis(server.url, { maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy: () => 50 })
    gone.on('error', () => undefined)
    await expect.poll(() => gone.status).toBe('ready')
    for (let count = 0; count < 5; count += 1) await reportOutcome(gone, model, 'failed')
    expect(await readBreaker(gone, model)).toMatchObject({ state: 'open' })
    await server.stop({ force: true })
    await expect.poll(() => gone.status).not.toBe('ready')
    expect(await readBreaker(gone, model)).toEqual({ state: 'closed' })
    expect(await acquireProbe(gone, model)).toEqual({ state: 'closed' })
    await reportOutcome(gone, model, 'failed')
    gone.disconnect()
  })

  test('stays readable if Redis is out of memory, and allows the call without a probe', async () => {
    await openBriefly()
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.config('SET', 'maxmemory', '1')
    try {
      expect(await readBreaker(redis, model, brief)).toEqual({ state: 'half-open' })
      expect(await acquireProbe(redis, model, brief)).toEqual({ state: 'closed' })
      await report('failed')
    } finally {
      await redis.config('SET', 'maxmemory', '0')
    }
  })

  const soon = Date.now() + 5_000
  test.each<[string, () => Promise<unknown>]>([
    ['a value of another type', () => redis.rpush(key, 'not ours')],
    ['a string', () => redis.set(key, '{"openUntil":9e15}')],
    ['a time that is not a number', () => redis.hset(key, 'openUntil', 'tomorrow')],
    ['NaN', () => redis.hset(key, 'openUntil', 'nan')],
    ['infinity', () => redis.hset(key, 'openUntil', 'inf')],
    ['a time that is too far in the future', () => redis.hset(key, 'openUntil', String(soon + 3_600_000))],
    ['invalid counters', () => redis.hset(key, '0', 'x', '1', '9 9', '2', '-1 99 0', '3', '99999999999 99 0')],
  ])('is closed and counts from 0 if its key contains %s', async (_, plant) => {
    await plant()
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
    expect(await acquireProbe(redis, model)).toEqual({ state: 'closed' })
    await fail(4)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
    await fail(1)
    expect(await readBreaker(redis, model)).toMatchObject({ state: 'open' })
  })

  test('grants a probe if the open time is valid, even if the other fields contain garbage', async () => {
    await redis.hset(key, 'openUntil', '1', 'level', 'x', 'lease', 'y', 'leaseUntil', String(soon + 3_600_000))
    await reportOutcome(redis, model, 'failed', await probe())
    expect(await readBreaker(redis, model)).toMatchObject({ state: 'open', retryAfterSeconds: aboutSeconds(20) })
  })
})
