import { Redis } from 'ioredis'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { retryWhileUnavailable } from '@/tests/services/retry-while-unavailable'
import { testDatabase } from '@/tests/services/test-database'
import { testRedis } from '@/tests/services/test-redis'
import { openStream } from './open-stream'

const { db, sql } = await testDatabase({ poolMax: 10 })
const { redis } = await testRedis()
// Keeps each change of a row uncommitted for a moment, so that concurrent requests overlap.
await sql(`create function linger() returns trigger language plpgsql as
  $$ begin perform pg_sleep(0.005); return null; end $$`)
await sql('create trigger linger after insert or update on rate_limit execute function linger()')
/** No server listens at this address. */
const unavailableRedis = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false, retryStrategy: () => null })
unavailableRedis.on('error', () => undefined)

let userKey: string
beforeEach(() => {
  userKey = v7()
})

const stores = {
  redis: { db, redis },
  postgres: { db, redis: null },
  'postgres while redis is unavailable': { db, redis: unavailableRedis },
}

/** Lets the leases expire, as they will after their process was killed. */
async function expire(store: keyof typeof stores) {
  if (store === 'redis') {
    const key = `gf:1:limit:streams:{${userKey}}`
    for (const id of await redis.zrange(key, '0', '-1')) await redis.zadd(key, '1', id)
  } else await sql(`update rate_limit set window_ends_at = now() where key like $1`, [`streams:${userKey}:%`])
}

describe.each(['redis', 'postgres', 'postgres while redis is unavailable'] as const)('openStream in %s', (name) => {
  const open = (streams = '3/60') => openStream(stores[name], { streams }, userKey)
  const openMany = async (count: number) => {
    const settled = await Promise.allSettled(Array.from({ length: count }, () => retryWhileUnavailable(open)))
    for (const one of settled) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'rate_limited' })
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  test('allows exactly the maximum number of streams under concurrent requests', async () => {
    expect(await openMany(20)).toHaveLength(3)
    expect(await openMany(5)).toHaveLength(0)
  })

  test('frees one slot when a stream is closed, even if it is closed twice', async () => {
    const [first] = await openMany(3)
    first?.()
    first?.()
    await expect.poll(() => openMany(3).then(({ length }) => length)).toBe(1)
  })

  test('frees the slot of a killed process when its lease expires', async () => {
    expect(await openMany(3)).toHaveLength(3)
    await expire(name)
    expect(await openMany(5)).toHaveLength(3)
  })

  test('adds a retry time to a refusal', async () => {
    await openMany(3)
    await expect(open()).rejects.toMatchObject({ code: 'rate_limited', details: { retryAfterSeconds: 5 } })
  })

  test('counts the streams of each user separately', async () => {
    await openMany(3)
    await openStream(stores[name], { streams: '1' }, v7())
  })
})

test('counts nothing if limits are off', async () => {
  const close = await openStream({ db, redis }, 'off', userKey)
  close()
  expect(await redis.exists(`gf:1:limit:streams:{${userKey}}`)).toBe(0)
})

test('renews the lease of a stream that stays open', async () => {
  const key = `gf:1:limit:streams:{${userKey}}`
  const close = await openStream({ db, redis }, { streams: '1/1' }, userKey)
  const [id = ''] = await redis.zrange(key, '0', '-1')
  const first = Number(await redis.zscore(key, id))
  await expect.poll(async () => Number(await redis.zscore(key, id))).toBeGreaterThan(first)
  close()
})
