import { Cluster, Redis } from 'ioredis'
import { afterAll, vi } from 'vitest'
import { findRedis8 } from './find-redis8'
import { startRedisCluster } from './redis-cluster'
import { type RedisServer, startTestRedis } from './redis-server'

export type TestRedis = RedisServer & { redis: Redis }

/** A server for this test file with a client that does not give up, both closed after its tests. */
export async function testRedis(): Promise<TestRedis> {
  const server = await startTestRedis()
  const redis = new Redis(server.url)
  redis.on('error', () => undefined)
  afterAll(async () => {
    redis.disconnect()
    await server.stop()
  })
  return { ...server, redis }
}

/**
 * The same for tests that hold on a cluster too: with TEST_REDIS=cluster one of three nodes, of Redis 8 where there is
 * one. What a test asks of all keys is asked of all nodes. `nodes`: the clients to ask a server for itself.
 */
export async function testRedisOrCluster(): Promise<{ redis: Redis | Cluster; nodes: Redis[] }> {
  if (process.env.TEST_REDIS !== 'cluster') {
    const { redis } = await testRedis()
    return { redis, nodes: [redis] }
  }
  const redis8 = await findRedis8()
  const { urls, nodes, stop } = await startRedisCluster(redis8 ? { path: redis8 } : undefined)
  const redis = new Cluster(urls)
  afterAll(() => {
    redis.disconnect()
    stop()
  })
  await vi.waitUntil(() => redis.status === 'ready', { timeout: 10_000 })
  const ofAll = Object.assign(redis, {
    keys: async (pattern: string) => (await Promise.all(nodes.map((node) => node.keys(pattern)))).flat(),
    dbsize: async () => (await Promise.all(nodes.map((node) => node.dbsize()))).reduce((one, other) => one + other),
    flushall: async () => (await Promise.all(nodes.map((node) => node.flushall())))[0],
  })
  return { redis: ofAll, nodes }
}
