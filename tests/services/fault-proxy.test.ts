import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { Client, type ClientConfig } from 'pg'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy, through } from './fault-proxy'
import { openSql } from './open-sql'
import { startTestRedis } from './redis-server'
import { createDatabase } from './services'

let databaseUrl: string
let proxy: FaultProxy

const connectThrough = async (options: ClientConfig = {}) => {
  const client = new Client({
    connectionString: through(databaseUrl, proxy),
    connectionTimeoutMillis: 20_000,
    ...options,
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

beforeAll(async () => {
  databaseUrl = await createDatabase()
})
beforeEach(async () => {
  proxy = await startFaultProxy({ upstream: { host: '127.0.0.1', port: Number(new URL(databaseUrl).port) } })
})
afterEach(() => proxy.stop())

test('passes data through unchanged without a fault, including large results', async () => {
  const client = await connectThrough()
  const { rows } = await client.query<{ text: string }>("select repeat('x', 3000000) as text")
  expect(rows[0]?.text).toHaveLength(3_000_000)
  await client.end()
})

test('refuse resets open connections and refuses new ones until restore', async () => {
  const client = await connectThrough()
  const broken = expect(client.query('select pg_sleep(5)')).rejects.toThrow()
  await proxy.refuse()
  await broken
  await expect(connectThrough()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.restore()
  const again = await connectThrough()
  await again.end()
})

test('kill resets open connections and accepts new ones', async () => {
  const client = await connectThrough()
  const broken = expect(client.query('select pg_sleep(5)')).rejects.toThrow()
  proxy.kill()
  await broken
  const again = await connectThrough()
  await again.end()
})

test('freeze delivers nothing on old and new connections until restore', async () => {
  const client = await connectThrough()
  proxy.freeze()
  const answer = client.query<{ n: number }>('select 1 as n')
  await expect(connectThrough({ connectionTimeoutMillis: 200 })).rejects.toThrow(/timeout/)
  await proxy.restore()
  expect((await answer).rows).toEqual([{ n: 1 }])
  await client.end()
})

test('delay postpones each answer', async () => {
  const client = await connectThrough()
  proxy.delay(80)
  const start = performance.now()
  await client.query('select 1')
  expect(performance.now() - start).toBeGreaterThan(78)
  await proxy.restore()
  await client.end()
})

test('cutAnswerTo resets the connection although the commit succeeds on the server', async () => {
  const directSql = openSql(databaseUrl)
  await directSql.sql('create table if not exists cut (n int)')
  const client = await connectThrough()
  await client.query('begin')
  await client.query('insert into cut values (1)')
  proxy.cutAnswerTo('commit')
  await expect(client.query('commit')).rejects.toThrow()
  expect(await directSql.sql('select n from cut')).toEqual([{ n: 1 }])
  await directSql.close()
})

test('works in front of Redis', async () => {
  const server = await startTestRedis()
  const redisProxy = await startFaultProxy({ upstream: { host: '127.0.0.1', port: server.port } })
  const redis = new Redis(through(server.url, redisProxy), {
    maxRetriesPerRequest: 1,
    retryStrategy: () => 10,
  })
  redis.on('error', () => undefined)
  await redis.set('a', '1')
  redisProxy.freeze()
  const silent = redis.get('a')
  silent.catch(() => undefined)
  expect(await Promise.race([silent, pause(200, 'silence')])).toBe('silence')
  await redisProxy.refuse()
  await expect(silent).rejects.toThrow()
  await expect(redis.get('a')).rejects.toThrow()
  await redisProxy.restore()
  await expect.poll(() => redis.status).toBe('ready')
  expect(await redis.get('a')).toBe('1')
  redis.disconnect()
  await redisProxy.stop()
  await server.stop()
})
