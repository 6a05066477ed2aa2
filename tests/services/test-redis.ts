import { Redis } from 'ioredis'
import { afterAll } from 'vitest'
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
