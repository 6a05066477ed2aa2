/** Tests the size estimates and the memory limit of the answer cache on one server and on a cluster. */
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { Embedder } from '@/lib/embedding/embedder'
import { readRecordedBytes } from '@/lib/semantic-cache/entry-counters'
import { cacheQuestion, cacheUser } from '@/tests/answer-cache/cache-user'
import { findRedis8, noRedis8 } from '@/tests/services/find-redis8'
import { startRedisCluster } from '@/tests/services/redis-cluster'
import { startTestRedis8 } from '@/tests/services/redis8-server'
import { testRedis } from '@/tests/services/test-redis'
import { familyOf } from './key-families'
import { lookupAnswer } from './lookup-answer'
import { storeAnswer } from './store-answer'

type Handle = Redis | Cluster

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const dimension = 256
/** Gives every text a different direction, so that there are no semantic hits. */
const embedder: Embedder = {
  id: 'test',
  dimension,
  similarityThreshold: 0.99,
  embed: async (texts) => texts.map((text) => directionOf(text)),
}
function directionOf(text: string): Float32Array {
  let seed = 7
  for (const character of text) seed = (seed * 31 + character.charCodeAt(0)) >>> 0
  return Float32Array.from({ length: dimension }, () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0
    return seed / 2 ** 32 - 0.5
  })
}

const primaries = (redis: Handle) => (redis instanceof Cluster ? redis.nodes('master') : [redis])
const allKeys = async (redis: Handle) =>
  (await Promise.all(primaries(redis).map(async (node) => (await node.keys('*')).map((key) => ({ node, key }))))).flat()

/** Returns the memory used by the keys of the cache, as reported by Redis. */
async function measured(redis: Handle) {
  const ours = (await allKeys(redis)).filter(({ key }) => familyOf(key)?.isCache)
  const sizes = await Promise.all(ours.map(({ node, key }) => node.memory('USAGE', key, 'SAMPLES', 0)))
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

const species = (index: number) =>
  cacheQuestion(`What do biologists say about species${index} zebrafish?`, { answerCache: 'shared' })

/** Looks up a question and stores an answer, as a turn does. */
async function ask(redis: Handle, name: string, index: number, limit?: number) {
  const user = cacheUser({ redis, keys, embedder }, name, 2, limit)
  const parts = [{ type: 'text' as const, text: `${'It is said that fish swim. '.repeat(1 + (index % 60))}${index}` }]
  const answer = { status: 'complete', model: 'stub', usage: null, costUsd: null, durationMs: 1, parts } as const
  const found = await lookupAnswer(user, species(index))
  await storeAnswer(user, species(index), answer, found.status === 'miss' ? found.vector : null)
  await user.settled()
}
const isFound = async (redis: Handle, name: string, index: number) =>
  (await lookupAnswer(cacheUser({ redis, keys }, name), species(index))).status === 'hit'

const own = await testRedis()
const redis8 = await findRedis8()
const server8 = await startTestRedis8()
const eight = server8 && new Redis(server8.url)
afterAll(async () => {
  eight?.disconnect()
  await server8?.stop()
})

const servers: { name: string; redis: () => Handle | null }[] = [
  { name: 'the default test Redis', redis: () => own.redis },
  { name: 'a Redis with vector sets', redis: () => eight },
  { name: 'a cluster', redis: () => cluster.redis },
]
const cluster: { redis: Handle | null; stop: () => void } = { redis: null, stop: () => undefined }
beforeAll(async () => {
  const started = await startRedisCluster(redis8 ? { path: redis8 } : undefined)
  const redis = new Cluster(started.urls)
  await vi.waitUntil(() => redis.status === 'ready', { timeout: 5_000 })
  Object.assign(cluster, { redis, stop: () => [redis.disconnect(), started.stop()] })
})
afterAll(() => cluster.stop())

describe.each(servers)('$name', ({ redis: handle }) => {
  const open = () => {
    const redis = handle()
    if (!redis) throw new Error(noRedis8)
    return redis
  }
  beforeEach(async ({ skip }) => {
    if (!handle()) skip(noRedis8)
    await Promise.all(primaries(open()).map((node) => node.flushall()))
  })

  test('the recorded size is at least the size that Redis reports and at most 1.5 times as large', async () => {
    const redis = open()
    for (let index = 0; index < 60; index++) for (const user of ['ada', 'eve']) await ask(redis, user, index)
    await expect.poll(() => readRecordedBytes(redis)).toBeGreaterThan(await measured(redis))
    expect(await readRecordedBytes(redis)).toBeLessThan(1.5 * (await measured(redis)))
  })

  test('the cache of all users stays within the limit by evicting the oldest answers with all their keys', async () => {
    const redis = open()
    const limit = 150_000
    // Keys outside of the cache must never be evicted.
    const others = [
      'gf:1:log:{x}:1',
      'gf:1:{s:x}:l:y',
      'gf:1:limit:chat:ada',
      'gf:1:breaker:{x}',
      'gf:1:{n}:2026-01-01',
    ]
    for (const key of others) await redis.set(key, 'x', 'EX', 3_600)
    for (let index = 0; index < 100; index += 2) {
      await Promise.all([ask(redis, 'ada', index, limit), ask(redis, 'eve', index + 1, limit)])
      if (index % 20 === 0) await expect.poll(() => measured(redis)).toBeLessThanOrEqual(limit)
    }
    await expect.poll(() => measured(redis)).toBeLessThanOrEqual(limit)
    expect(await measured(redis)).toBeGreaterThan(limit / 2)
    expect(await isFound(redis, 'ada', 98)).toBe(true)
    expect(await isFound(redis, 'eve', 99)).toBe(true)
    for (const index of [0, 2, 4]) expect(await isFound(redis, 'ada', index)).toBe(false)
    for (const key of others) expect(await redis.exists(key), key).toBe(1)
    // Evicted answers must leave nothing behind: each remaining answer has two pointers, and
    // each private one an index line.
    const left = (await allKeys(redis)).map(({ key }) => key)
    const count = (pattern: RegExp) => left.filter((key) => pattern.test(key)).length
    expect(count(/:[xw]:/)).toBe(2 * count(/:e:/))
    const lines = await Promise.all(left.filter((key) => /\{u:[\w-]+\}:i$/.test(key)).map((key) => redis.zcard(key)))
    expect(lines.reduce((sum, of) => sum + of, 0)).toBe(count(/\{u:.*:e:/))
  })

  test('a lowered limit is enforced when the next answer is stored', async () => {
    const redis = open()
    for (let index = 0; index < 40; index++) await ask(redis, 'ada', index)
    expect(await measured(redis)).toBeGreaterThan(60_000)
    await ask(redis, 'ada', 40, 20_000)
    await expect.poll(() => measured(redis)).toBeLessThanOrEqual(20_000)
    expect(await isFound(redis, 'ada', 40)).toBe(true)
  })
})
