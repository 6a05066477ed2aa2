/**
 * The contract of `VectorIndex`, tested with every layout (sets, blocks, sealed blocks) on one
 * server and on a cluster.
 */
import { randomUUID } from 'node:crypto'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { VectorRefused } from '@/lib/embedding/embedder'
import { entryKey, vectorBlockKey, vectorExpiryKey, vectorSetKey } from '@/lib/redis/keys'
import { findRedis8, noRedis8 } from '@/tests/services/find-redis8'
import { startRedisCluster } from '@/tests/services/redis-cluster'
import { startTestRedis8 } from '@/tests/services/redis8-server'
import { retryingIndex } from '@/tests/services/retrying-index'
import { testRedis } from '@/tests/services/test-redis'
import { privateVectors } from './private-vectors'
import { sharedVectors } from './shared-vectors'
import type { VectorIndex } from './vector-index'

type Handle = Redis | Cluster

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const ada = { keys, userId: 'ada' }
const dimension = 16
const minute = 60_000

/**
 * Returns a direction in the plane of the first two dimensions. The cosine of two is that of
 * their angles' difference.
 */
function at(degrees: number, dimensions = dimension): Float32Array {
  const radians = (degrees * Math.PI) / 180
  return new Float32Array(dimensions).fill(0).map((_, index) => [Math.cos(radians), Math.sin(radians)][index] ?? 0)
}
const axis = (index: number) => new Float32Array(dimension).fill(0).with(index, 1)

const redis8 = await findRedis8()
const server8 = await startTestRedis8()
const own = await testRedis()
const connections = { own: own.redis, eight: server8 && new Redis(server8.url) }
afterAll(async () => {
  connections.eight?.disconnect()
  await server8?.stop()
})

async function startCluster() {
  const cluster = await startRedisCluster(redis8 ? { path: redis8 } : undefined)
  const redis = new Cluster(cluster.urls)
  await vi.waitUntil(() => redis.status === 'ready', { timeout: 5_000 })
  return { redis, stop: () => [redis.disconnect(), cluster.stop()] }
}

/** Adds enough members for a vector set. All are orthogonal to the vectors of the tests. */
async function addFillers(redis: Handle, scope: string): Promise<void> {
  for (let index = 8; index < 16; index++)
    await retryingIndex(sharedVectors(redis)).add({
      scope,
      entryId: `f${index - 8}`,
      vector: axis(index),
      ttlMs: minute,
    })
}

type EngineCase = {
  name: string
  needs8: boolean
  open: () => Promise<{ redis: Handle | null; stop?: () => unknown }>
  index: (redis: Handle) => VectorIndex
  prepare?: typeof addFillers
  /** Round trips of a lookup that finds no entry, and of one that finds an entry. */
  trips: { miss: number; hit: number }
}

const eight = async () => ({ redis: connections.eight })
const older = async () => ({ redis: connections.own })
const sealed = (redis: Handle) => privateVectors(redis, ada)

const engineCases: EngineCase[] = [
  {
    name: 'vector sets',
    needs8: true,
    open: eight,
    index: sharedVectors,
    prepare: addFillers,
    trips: { miss: 1, hit: 1 },
  },
  { name: 'small blocks', needs8: true, open: eight, index: sharedVectors, trips: { miss: 1, hit: 1 } },
  {
    name: 'blocks',
    needs8: false,
    open: withoutSets,
    index: sharedVectors,
    prepare: addFillers,
    trips: { miss: 1, hit: 2 },
  },
  { name: 'sealed blocks', needs8: false, open: older, index: sealed, trips: { miss: 1, hit: 2 } },
  { name: 'sealed blocks on Redis 8', needs8: true, open: eight, index: sealed, trips: { miss: 1, hit: 2 } },
  {
    name: 'shared vectors on a cluster',
    needs8: true,
    open: startCluster,
    index: sharedVectors,
    prepare: addFillers,
    trips: { miss: 1, hit: 1 },
  },
  { name: 'sealed blocks on a cluster', needs8: false, open: startCluster, index: sealed, trips: { miss: 1, hit: 2 } },
]

/** Returns a server without vector sets: an older version, or one whose ACL forbids VADD. */
async function withoutSets() {
  const redis = own.redis.duplicate()
  const info = (await redis.call('COMMAND', 'INFO', 'VADD')) as unknown[]
  if (info[0]) await redis.acl('SETUSER', 'default', '-vadd')
  return { redis, stop: () => redis.disconnect() }
}

describe.each(engineCases)('$name', ({ needs8, open, index: engine, prepare, trips }) => {
  let redis: Handle
  let stop: (() => unknown) | undefined
  let index: VectorIndex
  let scope: string

  beforeAll(async () => {
    if (needs8 && !redis8) return
    const opened = await open()
    if (!opened.redis) return
    ;({ stop } = opened)
    redis = opened.redis
    index = retryingIndex(engine(redis))
  })
  afterAll(() => stop?.())
  beforeEach(async ({ skip }) => {
    if (needs8 && !redis8) skip(noRedis8)
    scope = `s:${randomUUID()}`
    await prepare?.(redis, scope)
  })

  const putEntry = (entryId: string, within = scope) =>
    redis.set(entryKey(within, entryId), `payload of ${entryId}`, 'PX', minute)
  async function put(entryId: string, vector: Float32Array, ttlMs = minute, within = scope): Promise<boolean> {
    await putEntry(entryId, within)
    return index.add({ scope: within, entryId, vector, ttlMs })
  }
  const search = (vector: Float32Array, { similarityThreshold = 0.8, limit = 5, within = scope } = {}) =>
    index.nearest({ scope: within, vector, similarityThreshold, limit })
  const ids = async (...args: Parameters<typeof search>) => (await search(...args)).map(({ entryId }) => entryId)

  test('nearest returns the nearest entries first, with payload, similarity and remaining TTL', async () => {
    await put('e3', at(30))
    await put('e1', at(10))
    await put('e2', at(-20))
    const found = await search(at(0))
    expect(found.map(({ entryId, payload }) => [entryId, payload.toString()])).toEqual([
      ['e1', 'payload of e1'],
      ['e2', 'payload of e2'],
      ['e3', 'payload of e3'],
    ])
    for (const [place, degrees] of [10, 20, 30].entries())
      expect(found[place]?.similarity).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 1)
    expect(found[0]?.similarity).toBeGreaterThan(0.975)
    expect(found[0]?.ttlLeftMs).toBeGreaterThan(minute - 10_000)
    expect(found[0]?.ttlLeftMs).toBeLessThanOrEqual(minute)
  })

  test('nearest returns only entries of the scope above the threshold, up to the limit', async () => {
    await put('e1', at(10))
    await put('e2', at(20))
    await put('e3', at(60))
    expect(await ids(at(0))).toEqual(['e1', 'e2'])
    expect(await ids(at(0), { similarityThreshold: 0.98 })).toEqual(['e1'])
    expect(await ids(at(0), { limit: 1 })).toEqual(['e1'])
    expect(await ids(at(0), { within: `${scope}x` })).toEqual([])
    expect(await ids(at(180))).toEqual([])
  })

  test('nearest ignores the length of vectors', async () => {
    await put(
      'e1',
      at(10).map((value) => value * 1e-20),
    )
    expect(
      await ids(
        at(10).map((value) => value * 1e20),
        { similarityThreshold: 0.99 },
      ),
    ).toEqual(['e1'])
  })

  test('add replaces the vector of an entry that was added before', async () => {
    await put('e1', at(0))
    await put('e1', at(90))
    expect(await ids(at(0))).toEqual([])
    expect(await ids(at(90))).toEqual(['e1'])
  })

  test('nearest does not return dropped entries', async () => {
    await put('e1', at(0))
    await put('e2', at(5))
    await index.drop(scope, ['e1', 'e9'])
    expect(await ids(at(0))).toEqual(['e2'])
    await index.drop(scope, ['e2'])
    expect(await ids(at(0))).toEqual([])
    await put('e3', at(0))
    expect(await ids(at(0))).toEqual(['e3'])
  })

  test('nearest skips and removes vectors whose entries no longer exist', async () => {
    await put('e1', at(1))
    await put('e2', at(2))
    await put('e3', at(3))
    await redis.del(entryKey(scope, 'e1'))
    await redis.del(entryKey(scope, 'e2'))
    expect(await ids(at(0), { limit: 1 })).toEqual(['e3'])
    await putEntry('e1')
    await putEntry('e2')
    expect(await ids(at(0))).toEqual(['e3'])
  })

  test('add removes expired vectors', async () => {
    await put('e0', at(90))
    await put('e1', at(1), 1)
    const expired = Date.now() + 2
    await expect.poll(() => Date.now()).toBeGreaterThan(expired)
    await put('e2', at(2))
    expect(await ids(at(0))).toEqual(['e2'])
  })

  test('each key of the index lives as long as the longest-living member', async () => {
    await put('e1', at(1), 10 * minute)
    await put('e2', at(2), minute)
    await index.drop(scope, ['e2'])
    const all = [vectorSetKey(scope), vectorExpiryKey(scope), vectorBlockKey(scope)]
    const left = await Promise.all(all.map((key) => redis.pttl(key)))
    const there = left.filter((milliseconds) => milliseconds !== -2)
    expect(there.length).toBeGreaterThan(0)
    for (const milliseconds of there) expect(milliseconds).toBeGreaterThan(9 * minute)
  })

  test.each([
    ['not_finite', axis(0).with(3, Number.NaN)],
    ['not_finite', axis(0).with(3, Number.POSITIVE_INFINITY)],
    ['zero', new Float32Array(dimension)],
    ['wrong_length', new Float32Array(0)],
  ] as const)('add and nearest reject an invalid vector (%s) before anything is sent', async (fault, vector) => {
    const unreachable = engine(new Redis({ lazyConnect: true, enableOfflineQueue: false }))
    const refused = new VectorRefused(fault)
    await expect(unreachable.add({ scope, entryId: 'e1', vector, ttlMs: minute })).rejects.toEqual(refused)
    await expect(unreachable.nearest({ scope, vector, similarityThreshold: 0, limit: 5 })).rejects.toEqual(refused)
  })

  test('nearest ignores an index of another dimension, and add replaces it', async () => {
    await put('e1', at(0))
    expect(await ids(at(0, 8))).toEqual([])
    await put('e2', at(0, 8))
    expect(await ids(at(0, 8))).toEqual(['e2'])
    expect(await ids(at(0))).toEqual([])
  })

  test('nearest ignores foreign values under the keys of the index, and add replaces them', async () => {
    for (const key of [vectorSetKey, vectorExpiryKey, vectorBlockKey].map((name) => name(scope))) {
      await redis.del(key)
      await redis.rpush(key, 'not ours')
      // A foreign value under a key that this engine uses is a miss. Keys of other engines do not matter.
      expect(['', 'e1']).toContain(`${await ids(at(0))}`)
      await index.drop(scope, ['e1'])
      await put('e1', at(0))
      expect(await ids(at(0))).toEqual(['e1'])
    }
    await redis.del(vectorSetKey(scope), vectorExpiryKey(scope))
    for (const garbage of ['', 'x', '\x01', '\x01\x02\x10\x00odd', Buffer.alloc(5000, 255)]) {
      await redis.set(vectorBlockKey(scope), garbage)
      expect(await ids(at(0))).toEqual([])
      await index.drop(scope, ['e1'])
      await put('e1', at(0))
      expect(await ids(at(0))).toEqual(['e1'])
      expect(await redis.pttl(vectorBlockKey(scope))).toBeGreaterThan(0)
    }
  })

  test('concurrent calls of add do not undo each other', async () => {
    const names = Array.from({ length: 12 }, (_, number) => `e${number + 10}`)
    const added = await Promise.all(names.map((name, place) => put(name, at(place))))
    const promised = names.filter((_, place) => added[place])
    expect(promised.length).toBeGreaterThan(0)
    expect((await ids(at(0), { limit: 50 })).toSorted()).toEqual(promised)
  })

  test('nearest takes the documented number of round trips', async () => {
    await put('e1', at(0))
    // Warm up the script cache of the server.
    await search(at(0))
    let sent = 0
    const counted = engine(
      new Proxy(redis, {
        get: (target, name) => {
          if (name !== 'callBuffer') return Reflect.get(target, name)
          return (...args: [string]) => {
            sent += 1
            return target.callBuffer(...args)
          }
        },
      }),
    )
    expect(await counted.nearest({ scope, vector: at(90), similarityThreshold: 0.8, limit: 5 })).toEqual([])
    expect(sent).toBe(trips.miss)
    sent = 0
    expect(await counted.nearest({ scope, vector: at(0), similarityThreshold: 0.8, limit: 5 })).toHaveLength(1)
    expect(sent).toBe(trips.hit)
  })
})
