import { Cluster, Redis } from 'ioredis'
import { afterAll, vi } from 'vitest'
import { findRedis8 } from './find-redis8'
import { startRedisCluster } from './redis-cluster'
import { type RedisServer, startTestRedis } from './redis-server'

export type TestRedis = RedisServer & { redis: Redis }

/** Starts a server for this test file and a client that retries endlessly. Both are closed after the tests. */
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
 * Does the same for tests that must also hold on a cluster. With TEST_REDIS=cluster it starts three nodes, with
 * Redis 8 if available. Commands about all keys are sent to all nodes. `nodes` contains a client for each server.
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
