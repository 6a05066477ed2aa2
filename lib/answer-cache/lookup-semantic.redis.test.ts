import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { Embedder } from '@/lib/embedding/embedder'
import { createLocalEmbedder } from '@/lib/embedding/local-embedder'
import { cacheQuestion, cacheUser } from '@/tests/answer-cache/cache-user'
import { testRedisOrCluster } from '@/tests/services/test-redis'
import type { CacheQuestion } from './cache-question'
import { lookupAnswer } from './lookup-answer'
import { storeAnswer } from './store-answer'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const { redis } = await testRedisOrCluster()
beforeEach(() => redis.flushall())

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'models', 'goldfish-embed-mini')
const hasModel = existsSync(folder)
const local = hasModel ? createLocalEmbedder({ model: folder, similarityThreshold: 0.5 }) : null

async function store(question: CacheQuestion, embedder: Embedder | null, name = 'ada', shareAfter = 2) {
  const user = cacheUser({ redis, keys, embedder }, name, shareAfter)
  const parts = [{ type: 'text' as const, text: `Answer for ${name}.` }]
  const answer = { status: 'complete' as const, parts, model: 'stub', usage: null, costUsd: null, durationMs: 1 }
  expect(await storeAnswer(user, question, answer)).toBe(true)
  await user.settled()
}
const lookup = (question: CacheQuestion, embedder: Embedder | null, name = 'ada') =>
  lookupAnswer(cacheUser({ redis, keys, embedder }, name), question)

describe.skipIf(!hasModel)(hasModel ? 'with a local model' : 'with a local model (skipped: no ../shared)', () => {
  // The app also loads the model at start-up, because loading takes longer than the embedding timeout.
  beforeAll(() => local?.load?.())

  test('lookupAnswer finds an answer to a question with the same meaning and returns the similarity', async () => {
    await store(cacheQuestion('What are the symptoms of iron deficiency in adults?'), local)
    await store(cacheQuestion('How do I fix a leaking kitchen tap?'), local)
    const asked = cacheQuestion('What are the signs of iron deficiency in adults?')
    expect(await lookup(asked, null)).toMatchObject({ status: 'miss', reason: 'absent' })
    const found = await lookup(asked, local)
    expect(found).toMatchObject({ status: 'hit', layer: 'semantic', isShared: false })
    expect(found.status === 'hit' && found.similarity).toBeGreaterThan(0.5)
    expect(found.status === 'hit' && found.similarity).toBeLessThanOrEqual(1)
  })

  test.each([
    ['Why does water boil at 100 degrees at sea level?', 'Why does water boil at 90 degrees at sea level?'],
    ['How do I enable dark mode in Firefox settings?', 'How do I disable dark mode in Firefox settings?'],
    ['How far is it from Paris to London by train?', 'How far is it from London to Madrid by train?'],
  ])('the match guard rejects the similar questions "%s" and "%s"', async (before, asked) => {
    await store(cacheQuestion(before), local)
    const found = await lookup(cacheQuestion(asked), local)
    expect(found).toMatchObject({ status: 'miss', reason: 'refused' })
    expect(found.status === 'miss' && found.refusals.length).toBeGreaterThan(0)
    expect(found.status === 'miss' && found.vector).toHaveLength(256)
  })

  test('a semantic hit comes from the user’s own or the shared scope, never from another user’s', async () => {
    const shared = { answerCache: 'shared' as const }
    const asked = cacheQuestion('What are the signs of iron deficiency in adults?', shared)
    await store(cacheQuestion('What are the symptoms of iron deficiency in adults?'), local)
    expect(await lookup(asked, local, 'eve')).toMatchObject({ status: 'miss', reason: 'absent' })
    await store(cacheQuestion('What are the symptoms of iron deficiency in adults?', shared), local, 'ada', 1)
    expect(await lookup(asked, local, 'eve')).toMatchObject({ status: 'hit', layer: 'semantic', isShared: true })
    expect(await lookup({ ...asked, path: 'elsewhere' }, local, 'eve')).toMatchObject({ status: 'miss' })
  })

  test('the semantic layer stores no plain text in Redis, and every key has a TTL', async () => {
    await store(cacheQuestion('What are the symptoms of zanzibar fever in adults?'), local)
    await lookup(cacheQuestion('What are the signs of zanzibar fever in adults?'), local)
    await expect.poll(() => redis.keys('gf:1:*:m')).not.toHaveLength(0)
    for (const key of await redis.keys('*')) {
      expect(await redis.pttl(key)).toBeGreaterThan(0)
      expect(`${key}${(await redis.dumpBuffer(key))?.toString('latin1')}`).not.toMatch(/zanzibar|fever|adults/)
    }
  })
})

describe('embedder calls', () => {
  const broken = (embed: Embedder['embed']): Embedder & { calls: number } => {
    const embedder = {
      id: 'test',
      similarityThreshold: 0.5,
      calls: 0,
      embed: (...args: Parameters<Embedder['embed']>) => {
        embedder.calls += 1
        return embed(...args)
      },
    }
    return embedder
  }
  const asked = cacheQuestion('What are the symptoms of iron deficiency in adults?')

  test.each([
    ['embedding_failed', async () => Promise.reject(new Error('down'))],
    ['embedding_zero', async () => [new Float32Array(4)]],
    ['embedding_not_finite', async () => [Float32Array.of(1, Number.NaN)]],
    ['embedding_wrong_length', async () => []],
  ] as const)('lookupAnswer returns a miss with reason `%s`', async (reason, embed) => {
    const embedder = broken(embed)
    await store(cacheQuestion('What are the signs of iron deficiency in adults?'), embedder)
    expect(await lookup(asked, embedder)).toMatchObject({ status: 'miss', reason })
  })

  test('the embedder is not called for questions without possible semantic hits, and only once for one text', async () => {
    const embedder = broken(async () => [Float32Array.of(1, 2, 3)])
    for (const text of ['', 'yes', 'continue', '🐟🐟🐟', 'And for children?', 'Wie kocht man am besten Reis?'])
      await lookup(cacheQuestion(text), embedder)
    expect(embedder.calls).toBe(0)
    await lookup(asked, embedder)
    await expect.poll(() => redis.keys('gf:1:*:m')).toHaveLength(1)
    await lookup(asked, embedder)
    expect(embedder.calls).toBe(1)
  })
})
