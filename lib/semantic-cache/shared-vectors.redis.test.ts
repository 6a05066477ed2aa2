import { createHash, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { entryKey, vectorBlockKey, vectorExpiryKey, vectorSetKey } from '@/lib/redis/keys'
import { scriptName } from '@/lib/redis/run-script'
import { noRedis8 } from '@/tests/services/find-redis8'
import { startTestRedis8 } from '@/tests/services/redis8-server'
import { retryingIndex } from '@/tests/services/retrying-index'
import { testRedis } from '@/tests/services/test-redis'
import { readEntriesScript } from './lookup-entry'
import { nearestScript } from './nearest-script'
import { addVectorScript, dropVectorsScript, sharedVectors } from './shared-vectors'
import { readSealedScript, replaceSealedScript } from './vector-block'
import { findEngine } from './vector-index'

const { redis: own } = await testRedis()
const server8 = await startTestRedis8()
const eight = server8 && new Redis(server8.url)
afterAll(async () => {
  eight?.disconnect()
  await server8?.stop()
})

const indexOn = (redis: Redis) => retryingIndex(sharedVectors(redis))
const dimension = 32
const nameOf = (number: number) => `e${String(number).padStart(5, '0')}`
/** Derives a vector from a hash, so that vectors of different numbers are dissimilar. */
const vectorOf = (number: number) =>
  Float32Array.from(createHash('sha256').update(`${number}`).digest(), (byte) => byte - 127.5)

/** Returns a client of a server without vector sets: an older version, or one whose ACL forbids VADD. */
async function withoutSets(): Promise<Redis> {
  if ((await findEngine(own)) === 'vector-sets') await own.acl('SETUSER', 'default', '-vadd')
  return own
}

async function put(redis: Redis, scope: string, number: number, ttlMs = 60_000): Promise<void> {
  await redis.set(entryKey(scope, nameOf(number)), nameOf(number), 'PX', 60_000)
  await indexOn(redis).add({ scope, entryId: nameOf(number), vector: vectorOf(number), ttlMs })
}

const found = async (redis: Redis, scope: string, number: number) => {
  const [nearest] = await indexOn(redis).nearest({
    scope,
    vector: vectorOf(number),
    similarityThreshold: 0.99,
    limit: 1,
  })
  return nearest?.entryId === nameOf(number)
}

test.each([
  addVectorScript,
  dropVectorsScript,
  nearestScript,
  readEntriesScript,
  readSealedScript,
  replaceSealedScript,
])('scriptName returns the SHA under which Redis caches vector script %#', async (lua) => {
  expect(await own.script('LOAD', lua)).toBe(scriptName(lua))
})

describe('on a server with vector sets', () => {
  let scope: string
  beforeEach(({ skip }) => {
    if (!eight) skip(noRedis8)
    scope = `s:${randomUUID()}`
  })
  const redis = eight ?? own

  test('the eighth vector turns a block into a vector set with all previous members', async () => {
    for (let number = 1; number <= 7; number++) await put(redis, scope, number, number === 1 ? 600_000 : 60_000)
    expect(await redis.type(vectorBlockKey(scope))).toBe('string')
    expect(await redis.exists(vectorSetKey(scope))).toBe(0)
    await put(redis, scope, 8)
    expect(await redis.exists(vectorBlockKey(scope))).toBe(0)
    expect(await redis.call('VCARD', vectorSetKey(scope))).toBe(8)
    for (const key of [vectorSetKey(scope), vectorExpiryKey(scope)])
      expect(await redis.pttl(key)).toBeGreaterThan(590_000)
    for (let number = 1; number <= 8; number++) expect(await found(redis, scope, number)).toBe(true)
  })

  test('the vector set and its index of expiries always have the same number of members', async () => {
    for (let number = 1; number <= 20; number++)
      await put(redis, scope, number, number > 10 && number <= 15 ? 1 : 60_000)
    await put(redis, scope, 21)
    await indexOn(redis).drop(scope, [nameOf(21), nameOf(20)])
    await redis.del(entryKey(scope, nameOf(19)))
    expect(await found(redis, scope, 19)).toBe(false)
    const members = await redis.call('VCARD', vectorSetKey(scope))
    expect(members).toBe(13)
    expect(await redis.zcard(vectorExpiryKey(scope))).toBe(members)
  })

  test('a vector set quantizes to one byte per dimension and still finds its thousand members', async () => {
    for (let number = 1; number <= 1000; number++) await put(redis, scope, number)
    const info = (await redis.call('VINFO', vectorSetKey(scope))) as unknown[]
    expect(info).toContain('int8')
    const hits = await Promise.all([1, 250, 500, 999, 1000].map((number) => found(redis, scope, number)))
    expect(hits.filter(Boolean).length).toBeGreaterThanOrEqual(4)
  })

  test('findEngine returns `vector-sets`', async () => {
    expect(await findEngine(redis)).toBe('vector-sets')
  })
})

describe('on a server without vector sets', () => {
  test('a shared block keeps the newest 1,000 vectors', async () => {
    const redis = await withoutSets()
    const scope = `s:${randomUUID()}`
    for (let number = 1; number <= 1002; number++) await put(redis, scope, number)
    expect(await redis.strlen(vectorBlockKey(scope))).toBe(4 + 1000 * (6 + 8 + dimension))
    expect(await redis.exists(vectorSetKey(scope), vectorExpiryKey(scope))).toBe(0)
    expect(await found(redis, scope, 1002)).toBe(true)
    const block = await redis.getBuffer(vectorBlockKey(scope))
    expect(block?.includes(nameOf(2))).toBe(false)
    expect(block?.includes(nameOf(3))).toBe(true)
  })

  test('findEngine returns `blocks`, or `unknown` if the server does not answer', async () => {
    if (!(await own.call('COMMAND', 'INFO', 'VADD').then((info) => (info as unknown[])[0])))
      expect(await findEngine(own)).toBe('blocks')
    const closed = own.duplicate({ lazyConnect: true })
    closed.disconnect()
    expect(await findEngine(closed)).toBe('unknown')
  })
})

test.each(['set', 'block'])(
  'a full Redis rejects new vectors for a %s and still finds the existing ones',
  async (kind) => {
    const redis = eight ?? own
    const scope = `s:${randomUUID()}`
    const count = kind === 'set' ? 10 : 5
    for (let number = 1; number <= count; number++) await put(redis, scope, number)
    await redis.config('SET', 'maxmemory', '1')
    try {
      const extra = { scope, entryId: nameOf(99), vector: vectorOf(99), ttlMs: 60_000 }
      await expect(indexOn(redis).add(extra)).rejects.toThrow('OOM')
      expect(await found(redis, scope, 3)).toBe(true)
      await redis.del(entryKey(scope, nameOf(3)))
      expect(await found(redis, scope, 3)).toBe(false)
    } finally {
      await redis.config('SET', 'maxmemory', '0')
    }
  },
)
