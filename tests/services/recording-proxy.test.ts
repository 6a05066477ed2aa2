/** Checks the recorder against real servers: each driver and each way of sending. */

import { Redis } from 'ioredis'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type FaultProxy, through } from './fault-proxy'
import { startRecordingProxy } from './recording-proxy'
import { type RedisServer, startTestRedis } from './redis-server'
import { createDatabase } from './services'
import { createTripLog, describeTrips, type TripSummary } from './trip-log'

const trips = createTripLog()
let postgres: FaultProxy
let redisServer: RedisServer
let redisProxy: FaultProxy
let client: Client
let other: Client
let redis: Redis

const upstreamOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) })

beforeAll(async () => {
  const databaseUrl = await createDatabase()
  redisServer = await startTestRedis()
  postgres = await startRecordingProxy({ store: 'postgres', upstream: upstreamOf(databaseUrl), trips })
  redisProxy = await startRecordingProxy({ store: 'redis', upstream: upstreamOf(redisServer.url), trips })
  client = new Client({ connectionString: through(databaseUrl, postgres) })
  other = new Client({ connectionString: through(databaseUrl, postgres) })
  await client.connect()
  await other.connect()
  redis = new Redis(through(redisServer.url, redisProxy))
  await redis.ping()
})

afterAll(async () => {
  await client.end()
  await other.end()
  redis.disconnect()
  await Promise.all([postgres.stop(), redisProxy.stop()])
  await redisServer.stop()
})

/**
 * Runs the work and waits for the complete answers. `pg` rejects as soon as the error arrives, which may be before
 * the rest of the answer.
 */
async function measure(work: () => Promise<unknown>): Promise<TripSummary> {
  const from = trips.now()
  await work()
  await vi.waitFor(() => expect(trips.all().filter((trip) => trip.endedAt === null)).toEqual([]), 5_000)
  return trips.between(from, trips.now())
}
const counts = ({ sequential, postgres, redis }: TripSummary) => ({ sequential, postgres, redis })

describe('Postgres', () => {
  test('counts a simple and an extended query as one trip each', async () => {
    const seen = await measure(async () => {
      await client.query('select 1')
      await client.query('select $1::int', [2])
    })
    expect(counts(seen), describeTrips(seen.list)).toEqual({ sequential: 2, postgres: 2, redis: 0 })
    expect(seen.list.map((trip) => trip.requests)).toEqual([['select 1'], ['select $1::int']])
  })

  test('counts each statement of a transaction as a trip', async () => {
    const seen = await measure(async () => {
      await client.query('begin')
      await client.query('select $1::text', ['x'.repeat(100_000)])
      await client.query('commit')
    })
    expect(counts(seen)).toEqual({ sequential: 3, postgres: 3, redis: 0 })
  })

  test('counts two concurrent connections as two trips and one sequential step', async () => {
    const seen = await measure(() => Promise.all([client.query('select 1'), other.query('select $1::int', [2])]))
    expect(counts(seen), describeTrips(seen.list)).toEqual({ sequential: 1, postgres: 2, redis: 0 })
    expect(new Set(seen.list.map((trip) => trip.connection)).size).toBe(2)
  })

  test('counts a failed query as one trip', async () => {
    const seen = await measure(() => client.query('select $1::int / 0', [1]).catch(() => undefined))
    expect(counts(seen)).toEqual({ sequential: 1, postgres: 1, redis: 0 })
  })

  test('marks the trips that open a connection as handshake', async () => {
    const before = postgres.connections()
    const fresh = new Client({ connectionString: through(await createDatabase(), postgres) })
    const seen = await measure(() => fresh.connect())
    expect(postgres.connections()).toEqual({ open: before.open + 1, opened: before.opened + 1 })
    expect(seen.list.map((trip) => trip.handshake)).toEqual([true, true, true])
    expect(seen.sequential).toBe(3)
    await fresh.end()
  })
})

describe('Redis', () => {
  test('counts commands of one tick as one trip', async () => {
    const seen = await measure(() => Promise.all([redis.set('a', '1'), redis.get('a'), redis.hgetall('none')]))
    expect(counts(seen), describeTrips(seen.list)).toEqual({ sequential: 1, postgres: 0, redis: 1 })
    expect(seen.list[0]?.requests).toEqual(['SET', 'GET', 'HGETALL'])
  })

  test('counts commands that wait for each other separately', async () => {
    const seen = await measure(async () => {
      await redis.set('a', 'x'.repeat(200_000))
      await redis.get('a')
    })
    expect(counts(seen)).toEqual({ sequential: 2, postgres: 0, redis: 2 })
  })

  test('counts a MULTI transaction as one trip', async () => {
    const seen = await measure(() => redis.multi().set('a', '1').incr('a').exec())
    expect(counts(seen)).toEqual({ sequential: 1, postgres: 0, redis: 1 })
  })

  test('ends a trip with every type of reply', async () => {
    await redis.rpush('list', 'a', 'b')
    const seen = await measure(async () => {
      await redis.lrange('list', 0, -1)
      await redis.get('none')
      await redis.eval('return {1, {2, "x"}, false}', 0)
      await redis.call('CONFIG', 'GET', 'maxmemory*')
      await redis.incr('list').catch(() => undefined)
      await redis.config('GET', 'dir')
    })
    expect(counts(seen)).toEqual({ sequential: 6, postgres: 0, redis: 6 })
  })

  test('records a blocking read but does not count it', async () => {
    const reader = redis.duplicate()
    const from = trips.now()
    const waiting = reader.xread('BLOCK', 5000, 'STREAMS', 'events', '$')
    await expect.poll(() => trips.all().some((trip) => trip.blocking && trip.startedAt > from)).toBe(true)
    const seen = await measure(() => redis.xadd('events', '*', 'a', '1'))
    await waiting
    expect(counts(seen)).toEqual({ sequential: 1, postgres: 0, redis: 1 })
    expect(trips.all().findLast((trip) => trip.blocking)?.endedAt).toBeGreaterThan(from)
    reader.disconnect()
  })
})

test('counts overlapping trips to both stores as one sequential step', async () => {
  const seen = await measure(async () => {
    await Promise.all([client.query('select 1'), redis.get('a'), other.query('select 2')])
    await Promise.all([client.query('select 3'), redis.get('a')])
  })
  expect(counts(seen), describeTrips(seen.list)).toEqual({ sequential: 2, postgres: 3, redis: 2 })
})

test('does not count a trip that is still unanswered at the end of the measurement', async () => {
  // The second lock request must wait until this lock is released.
  await other.query('select pg_advisory_lock(1)')
  const from = trips.now()
  const late = client.query('select pg_advisory_lock(1)')
  await redis.get('a')
  const seen = trips.between(from, trips.now())
  await other.query('select pg_advisory_unlock(1)')
  await late
  expect(counts(seen)).toEqual({ sequential: 1, postgres: 0, redis: 1 })
})
