import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { entryKey, vectorBlockKey } from '@/lib/redis/keys'
import { retryingIndex } from '@/tests/services/retrying-index'
import { testRedis } from '@/tests/services/test-redis'
import { nearestPrivate, privateVectors } from './private-vectors'
import { changeRecords, readSealedBlock } from './vector-block'

const { redis } = await testRedis()
const keyed = (kid: string) => ({
  BETTER_AUTH_SECRET: 'x'.repeat(32),
  ANSWER_CACHE_KEYS: [{ kid, key: kid.repeat(44) }],
})
const keys = openKeyRing(keyed('a'))
const ada = { keys, userId: 'ada' }
const indexOf = (owner: typeof ada) => retryingIndex(privateVectors(redis, owner))
const vector = Float32Array.of(0.6, 0.8, 0, 0)
const query = (scope: string) => ({ scope, vector, similarityThreshold: 0.9, limit: 5 })

let scope: string
beforeEach(async () => {
  scope = `u:ada:${randomUUID()}`
  await redis.set(entryKey(scope, 'e0001'), 'payload', 'PX', 60_000)
  await indexOf(ada).add({ scope, entryId: 'e0001', vector, ttlMs: 60_000 })
})
const ids = async (owner = ada, within = scope) =>
  (await indexOf(owner).nearest(query(within))).map(({ entryId }) => entryId)

test('private vectors are stored encrypted, without readable ids or vectors, and with a new nonce for every write', async () => {
  const first = await redis.getBuffer(vectorBlockKey(scope))
  expect(first?.includes('e0001')).toBe(false)
  expect(first?.includes(Buffer.from([95, 127, 0, 0]))).toBe(false)
  await indexOf(ada).add({ scope, entryId: 'e0001', vector, ttlMs: 60_000 })
  expect(await redis.getBuffer(vectorBlockKey(scope))).not.toEqual(first)
})

test('private vectors cannot be read by another user, in another scope, with another key, or after tampering', async () => {
  expect(await ids()).toEqual(['e0001'])
  expect(await ids({ ...ada, userId: 'eve' })).toEqual([])
  expect(await ids({ ...ada, keys: openKeyRing(keyed('b')) })).toEqual([])
  const elsewhere = `u:ada:${randomUUID()}`
  await redis.copy(vectorBlockKey(scope), vectorBlockKey(elsewhere))
  await redis.copy(entryKey(scope, 'e0001'), entryKey(elsewhere, 'e0001'))
  expect(await ids(ada, elsewhere)).toEqual([])
  await redis.setbit(vectorBlockKey(scope), 300, 1 - (await redis.getbit(vectorBlockKey(scope), 300)))
  expect(await ids()).toEqual([])
  await indexOf(ada).add({ scope, entryId: 'e0001', vector, ttlMs: 60_000 })
  expect(await ids()).toEqual(['e0001'])
})

test('nearestPrivate searches a block that was read before without reading it again', async () => {
  const sealed = await readSealedBlock(redis, scope)
  await redis.del(vectorBlockKey(scope))
  expect(await nearestPrivate(redis, ada, query(scope), sealed)).toMatchObject([
    { entryId: 'e0001', similarity: expect.closeTo(1, 3) },
  ])
})

test('a private block keeps the newest 300 vectors', async () => {
  const nameOf = (number: number) => `e${String(number).padStart(4, '0')}`
  const many = Array.from({ length: 301 }, (_, number) => ({
    entryId: nameOf(number + 1),
    expiresAt: Date.now() + 600_000,
    vector: Int8Array.of(76, 102, 0, 0),
  }))
  await changeRecords(redis, ada, scope, () => many)
  await indexOf(ada).add({ scope, entryId: nameOf(302), vector, ttlMs: 60_000 })
  // Envelope: version, length and id of the key, nonce. Block: header and records. Then the authentication tag.
  expect(await redis.strlen(vectorBlockKey(scope))).toBe(2 + 1 + 12 + 4 + 300 * (5 + 8 + 4) + 16)
  expect(await ids()).toEqual([])
})

test('changeRecords gives up after four lost races and keeps the concurrent changes', async () => {
  const other = { entryId: 'e0002', expiresAt: Date.now() + 60_000, vector: Int8Array.of(1, 0, 0, 0) }
  let attempts = 0
  const writeConcurrently = async () => {
    attempts += 1
    await indexOf(ada).add({ scope, entryId: 'e0001', vector, ttlMs: 60_000 })
  }
  const slow = new Proxy(redis, {
    get: (target, name) => {
      if (name !== 'callBuffer') return Reflect.get(target, name)
      return async (...args: [string, ...(string | Buffer)[]]) => {
        const reply = await target.callBuffer(...args)
        if (Array.isArray(reply)) await writeConcurrently()
        return reply
      }
    },
  })
  expect(await changeRecords(slow, ada, scope, () => [other])).toBe(false)
  expect(attempts).toBe(4)
  expect(await ids()).toEqual(['e0001'])
  expect(await changeRecords(redis, ada, scope, () => [])).toBe(true)
  expect(await redis.exists(vectorBlockKey(scope))).toBe(0)
})
