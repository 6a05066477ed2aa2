import { Redis } from 'ioredis'
import { beforeEach, describe, expect, test } from 'vitest'
import { seal } from '@/lib/crypto/envelope'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { testRedis } from '@/tests/services/test-redis'
import { addressEmbedding, embedText, findEmbedding, rememberEmbedding } from './embed-text'
import { checkedVector, cosine, type Embedder, toInt8 } from './embedder'

const { redis } = await testRedis()
beforeEach(() => redis.flushall())
const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const within = { timeoutMs: 60_000 }

const embedder: Embedder = {
  id: 'm',
  dimension: 3,
  similarityThreshold: 0.8,
  embed: async () => [Float32Array.of(0, 3, 4)],
}
const address = addressEmbedding(keys, 'u:ada', embedder, 'How are you?')
/** Returns the vector of a text, or throws its fault. */
async function vectorOf(text: string): Promise<Float32Array> {
  const embedding = await embedText(embedder, text, within)
  if ('fault' in embedding) throw new Error(embedding.fault)
  return embedding.vector
}

test('finds a stored vector with the precision of one byte per dimension', async () => {
  expect(await findEmbedding(redis, keys, address)).toBeNull()
  const vector = await vectorOf('How are you?')
  expect([...vector]).toEqual([0, 3, 4].map((value) => Math.fround(value / 5)))
  await rememberEmbedding(redis, keys, address, vector)
  const found = await findEmbedding(redis, keys, address)
  expect(found && cosine(found, vector)).toBeCloseTo(1, 3)
  expect(found && Math.hypot(...found)).toBeCloseTo(1, 5)
  expect((await redis.getBuffer(address.key))?.includes(Buffer.from(toInt8(vector).buffer))).toBe(false)
  const ttl = await redis.pttl(address.key)
  expect(ttl).toBeGreaterThan(29.9 * 24 * 3_600_000)
  expect(ttl).toBeLessThanOrEqual(30 * 24 * 3_600_000)
})

test('gives every owner, text, model and dimension its own key, which does not reveal the text', () => {
  const addressKeys = [
    address,
    addressEmbedding(keys, 'u:eve', embedder, 'How are you?'),
    addressEmbedding(keys, 's', embedder, 'How are you?'),
    addressEmbedding(keys, 'u:ada', embedder, 'How are you'),
    addressEmbedding(keys, 'u:ada', { ...embedder, id: 'n' }, 'How are you?'),
    addressEmbedding(keys, 'u:ada', { ...embedder, dimension: 4 }, 'How are you?'),
    addressEmbedding(
      openKeyRing({ BETTER_AUTH_SECRET: 'y'.repeat(32), ANSWER_CACHE_KEYS: undefined }),
      'u:ada',
      embedder,
      'How are you?',
    ),
  ].map(({ key }) => key)
  expect(new Set(addressKeys).size).toBe(addressKeys.length)
  expect(address.key).toMatch(/^gf:1:\{u:ada:[\w-]{43}\}:m$/)
  expect(addressEmbedding(keys, 'u:ada', embedder, 'How are you?')).toEqual(address)
  // The last part of the key must not reveal that two users have the same text.
  const [ada, eve] = addressKeys.map((key) => key.slice(-46))
  expect(ada).not.toBe(eve)
})

describe('an invalid value', () => {
  test.each([
    ['too short', seal(keys, address.envelope, Buffer.from([1, 2]))],
    ['too long', seal(keys, address.envelope, Buffer.from([1, 2, 3, 4]))],
    ['empty', Buffer.alloc(0)],
    ['zero', seal(keys, address.envelope, Buffer.alloc(3))],
    ['not encrypted', Buffer.from([1, 2, 3])],
    ['encrypted for another owner', seal(keys, { ...address.envelope, userId: 'u:eve' }, Buffer.from([1, 2, 3]))],
  ])('ignores and overwrites a value that is %s', async (_, value) => {
    await redis.set(address.key, value)
    expect(await findEmbedding(redis, keys, address)).toBeNull()
    await rememberEmbedding(redis, keys, address, await vectorOf('x'))
    expect(await findEmbedding(redis, keys, address)).toHaveLength(3)
  })

  test('ignores and overwrites a value of another type', async () => {
    await redis.rpush(address.key, 'not ours')
    expect(await findEmbedding(redis, keys, address)).toBeNull()
    await rememberEmbedding(redis, keys, address, await vectorOf('x'))
    expect(await findEmbedding(redis, keys, address)).toHaveLength(3)
  })
})

test('reports trouble instead of rejecting if Redis cannot be reached', async () => {
  const trouble: unknown[] = []
  const unreachable = new Redis({ lazyConnect: true, enableOfflineQueue: false })
  unreachable.disconnect()
  unreachable.on('trouble', (error) => trouble.push(error))
  expect(await findEmbedding(unreachable, keys, address)).toBeNull()
  await rememberEmbedding(unreachable, keys, address, checkedVector([1, 2, 3]))
  expect(trouble).toHaveLength(2)
})

describe('a failing embedder', () => {
  const hangs: Embedder['embed'] = (_, { signal } = {}) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const rejects: Embedder['embed'] = async () => {
    throw new Error('unreachable')
  }
  test.each<[string, Embedder['embed'], number]>([
    ['failed', rejects, 60_000],
    ['timeout', hangs, 1],
    ['wrong_length', async () => [], 60_000],
    ['wrong_length', async () => [Float32Array.of(1, 2)], 60_000],
    ['zero', async () => [Float32Array.of(0, 0, 0)], 60_000],
    ['not_finite', async () => [Float32Array.of(0, Number.NaN, 0)], 60_000],
  ])('returns the fault `%s` instead of rejecting', async (fault, embed, timeoutMs) => {
    expect(await embedText({ ...embedder, embed }, 'x', { timeoutMs })).toEqual({ fault })
  })

  test('returns the fault `failed` if the signal of the caller aborts', async () => {
    const gone = AbortSignal.abort(new Error('gone'))
    const refuses: Embedder['embed'] = async (_, { signal } = {}) => {
      signal?.throwIfAborted()
      return []
    }
    expect(await embedText({ ...embedder, embed: refuses }, 'x', { ...within, signal: gone })).toEqual({
      fault: 'failed',
    })
  })
})
