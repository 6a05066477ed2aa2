import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { scriptName } from '@/lib/redis/run-script'
import { aboutSeconds } from '@/tests/services/about-seconds'
import { startTestRedis } from '@/tests/services/redis-server'
import { testRedis } from '@/tests/services/test-redis'
import {
  type BreakerLimits,
  breakerKey,
  defaultLimits,
  readBreaker,
  readScript,
  reportOutcome,
  reportScript,
  takeProbe,
} from './circuit-breaker'

const { redis, url } = await testRedis()
/** Another instance's connection. */
const elsewhere = new Redis(url)
afterAll(() => elsewhere.disconnect())
beforeEach(() => redis.flushall())

const model = 'openai/gpt:4'
const key = breakerKey(model)
/** Open for so short a time that it is half-open at the next command. */
const brief: BreakerLimits = { ...defaultLimits, openMs: 1 }

const report = (outcome: 'answered' | 'failed', limits = defaultLimits) =>
  reportOutcome(redis, model, outcome, null, limits)
const fail = async (times: number, limits = defaultLimits) => {
  for (let count = 0; count < times; count += 1) await report('failed', limits)
}
const openBriefly = async () => {
  await fail(5, brief)
  await expect.poll(() => readBreaker(elsewhere, model, brief)).toEqual({ state: 'half-open' })
}
async function probe(limits: BreakerLimits = brief): Promise<string> {
  const pass = await takeProbe(redis, model, limits)
  if (pass.state !== 'probe') throw new Error(`no probe, but ${pass.state}`)
  return pass.token
}

test.each([readScript, reportScript])('Redis knows script %# by the name we give it', async (lua) => {
  expect(await redis.script('LOAD', lua)).toBe(scriptName(lua))
})

describe('a breaker opens', () => {
  test('for every connection at once, after ten failures of one', async () => {
    await Promise.all(Array.from({ length: 10 }, () => report('failed')))
    expect(await readBreaker(elsewhere, model)).toEqual({ state: 'open', retryAfterSeconds: aboutSeconds(10) })
    expect(await takeProbe(elsewhere, model)).toMatchObject({ state: 'open' })
  })

  test('at the fifth failure, not at the fourth', async () => {
    await fail(4)
    expect(await readBreaker(elsewhere, model)).toEqual({ state: 'closed' })
    await fail(1)
    expect(await readBreaker(elsewhere, model)).toMatchObject({ state: 'open' })
  })

  test('not while most calls are answered', async () => {
    for (let count = 0; count < 11; count += 1) await report('answered')
    await fail(10)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
    await fail(1)
    expect(await readBreaker(redis, model)).toMatchObject({ state: 'open' })
  })

  test('not for failures that are older than the window', async () => {
    const short = { ...defaultLimits, windowMs: 60 }
    await fail(4, short)
    await expect.poll(() => redis.exists(key)).toBe(0)
    await fail(4, short)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
  })

  test('not for counters whose stretch of time has passed, while newer ones keep the key', async () => {
    const [seconds] = await redis.time()
    const stretch = Math.floor(Number(seconds) / 5)
    // Just outside of the window, well outside, and from a clock that was ahead.
    const old = [stretch - 6, stretch - 8, stretch + 7].map((one) => [String(one % 6), `${one} 50 0`])
    await redis.hset(key, Object.fromEntries(old))
    await fail(4)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
  })

  test('for one model, and not for another', async () => {
    await fail(5)
    expect(await readBreaker(redis, 'openai/gpt:5')).toEqual({ state: 'closed' })
  })
})

describe('a half-open breaker', () => {
  test('gives one probe to fifty who ask at once over two connections', async () => {
    await openBriefly()
    const asked = Array.from({ length: 50 }, (_, index) => takeProbe(index % 2 ? redis : elsewhere, model, brief))
    const states = (await Promise.all(asked)).map(({ state }) => state)
    expect(states.filter((state) => state === 'probe')).toHaveLength(1)
    expect(states.filter((state) => state === 'open')).toHaveLength(49)
    expect(await readBreaker(elsewhere, model, brief)).toEqual({ state: 'open', retryAfterSeconds: 1 })
  })

  test('is only looked at by a reader: whoever is answered from the cache takes no probe', async () => {
    await openBriefly()
    for (let count = 0; count < 5; count += 1) await readBreaker(elsewhere, model, brief)
    await probe()
  })

  test('closes with a good probe, everywhere and with nothing left behind', async () => {
    await openBriefly()
    await reportOutcome(redis, model, 'answered', await probe(), brief)
    expect(await readBreaker(elsewhere, model, brief)).toEqual({ state: 'closed' })
    expect(await redis.keys('*')).toEqual([])
    await fail(4)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
  })

  test('opens again with a bad one, for twice as long each time, up to a minute', async () => {
    await openBriefly()
    const seconds = []
    for (let round = 0; round < 5; round += 1) {
      await reportOutcome(redis, model, 'failed', await probe(defaultLimits))
      const reading = await readBreaker(elsewhere, model)
      seconds.push(reading.state === 'open' && reading.retryAfterSeconds)
      // As if that time had passed.
      await redis.hset(key, 'openUntil', '1')
    }
    expect(seconds).toEqual([20, 40, 60, 60, 60].map(aboutSeconds))
  })

  test('gives the next probe at once when one has told nothing', async () => {
    await openBriefly()
    const first = await probe()
    await reportOutcome(redis, model, 'abandoned', first, brief)
    expect(await probe()).not.toBe(first)
  })

  test('gives the next one too when the prober has died, and does not hear that one any more', async () => {
    await openBriefly()
    const mortal = { ...brief, leaseMs: 30 }
    const dead = await probe(mortal)
    await expect.poll(() => readBreaker(elsewhere, model, mortal)).toEqual({ state: 'half-open' })
    const next = await probe(mortal)
    await reportOutcome(elsewhere, model, 'answered', dead, mortal)
    expect(await readBreaker(elsewhere, model, mortal)).not.toEqual({ state: 'closed' })
    await reportOutcome(elsewhere, model, 'answered', next, mortal)
    expect(await readBreaker(elsewhere, model, mortal)).toEqual({ state: 'closed' })
  })

  test('does not hear calls that began before it opened', async () => {
    await openBriefly()
    await report('answered', brief)
    await fail(7, brief)
    expect(await readBreaker(elsewhere, model, brief)).toEqual({ state: 'half-open' })
    expect(await redis.hget(key, 'level')).toBe('1')
  })
})

test('a breaker that nobody asks any more is forgotten', async () => {
  await report('answered')
  expect(await redis.pttl(key)).toBeGreaterThan(29_000)
  await fail(5)
  expect(await redis.pttl(key)).toBeGreaterThan(10_000)
  expect(await redis.pttl(key)).toBeLessThan(400_000)
})

describe('closed is what it is', () => {
  test('without Redis', async () => {
    expect(await readBreaker(null, model)).toEqual({ state: 'closed' })
    expect(await takeProbe(null, model)).toEqual({ state: 'closed' })
    await reportOutcome(null, model, 'failed')
  })

  test('with Redis gone', async () => {
    const server = await startTestRedis()
    const gone = new Redis(server.url, { maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy: () => 50 })
    gone.on('error', () => undefined)
    await expect.poll(() => gone.status).toBe('ready')
    for (let count = 0; count < 5; count += 1) await reportOutcome(gone, model, 'failed')
    expect(await readBreaker(gone, model)).toMatchObject({ state: 'open' })
    await server.stop({ force: true })
    await expect.poll(() => gone.status).not.toBe('ready')
    expect(await readBreaker(gone, model)).toEqual({ state: 'closed' })
    expect(await takeProbe(gone, model)).toEqual({ state: 'closed' })
    await reportOutcome(gone, model, 'failed')
    gone.disconnect()
  })

  test('with a Redis that is full: what it knew is still read, and no probe is waited for', async () => {
    await openBriefly()
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.config('SET', 'maxmemory', '1')
    try {
      expect(await readBreaker(redis, model, brief)).toEqual({ state: 'half-open' })
      expect(await takeProbe(redis, model, brief)).toEqual({ state: 'closed' })
      await report('failed')
    } finally {
      await redis.config('SET', 'maxmemory', '0')
    }
  })

  const soon = Date.now() + 5_000
  test.each<[string, () => Promise<unknown>]>([
    ['a list', () => redis.rpush(key, 'not ours')],
    ['a text', () => redis.set(key, '{"openUntil":9e15}')],
    ['a moment that is none', () => redis.hset(key, 'openUntil', 'tomorrow')],
    ['not a number', () => redis.hset(key, 'openUntil', 'nan')],
    ['infinity', () => redis.hset(key, 'openUntil', 'inf')],
    ['a moment that is too far away', () => redis.hset(key, 'openUntil', String(soon + 3_600_000))],
    ['counters that are none', () => redis.hset(key, '0', 'x', '1', '9 9', '2', '-1 99 0', '3', '99999999999 99 0')],
  ])('with garbage under the key: %s. It counts on as if nothing lay there', async (_, plant) => {
    await plant()
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
    expect(await takeProbe(redis, model)).toEqual({ state: 'closed' })
    await fail(4)
    expect(await readBreaker(redis, model)).toEqual({ state: 'closed' })
    await fail(1)
    expect(await readBreaker(redis, model)).toMatchObject({ state: 'open' })
  })

  test('but not with garbage beside a moment of ours', async () => {
    await redis.hset(key, 'openUntil', '1', 'level', 'x', 'lease', 'y', 'leaseUntil', String(soon + 3_600_000))
    await reportOutcome(redis, model, 'failed', await probe())
    expect(await readBreaker(redis, model)).toMatchObject({ state: 'open', retryAfterSeconds: aboutSeconds(20) })
  })
})
