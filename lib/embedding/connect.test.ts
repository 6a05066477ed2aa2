import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startModelStub } from '@/tests/model-stub/model-stub.mjs'
import { connectEmbedder, type EmbedderSettings } from './connect'
import { embedText } from './embed-text'
import { cosine, type Embedder } from './embedder'

let stub: Awaited<ReturnType<typeof startModelStub>>
let embedder: Embedder
beforeAll(async () => {
  stub = await startModelStub()
  embedder = connect({})
})
beforeEach(() => stub.reset())
afterAll(() => stub.stop())

function connect(changes: Partial<EmbedderSettings>): Embedder {
  const opened = connectEmbedder({
    EMBEDDING_MODEL: 'embed-small',
    OPENAI_BASE_URL: `${stub.url}/v1`,
    OPENAI_API_KEY: 'key',
    ANSWER_CACHE_THRESHOLD: undefined,
    AI_GATEWAY_API_KEY: undefined,
    ...changes,
  })
  if (!opened) throw new Error('the settings name no embedder')
  return opened
}

test('embeds several texts in one call and returns unit vectors in their order', async () => {
  let tokens = 0
  const texts = ['Where is my parcel?', 'where is MY parcel', 'Cold water']
  const vectors = await embedder.embed(texts, { onTokens: (count) => (tokens += count) })
  expect(vectors.map((vector) => Math.hypot(...vector))).toEqual(texts.map(() => expect.closeTo(1, 5)))
  const [one, two, other] = vectors as [Float32Array, Float32Array, Float32Array]
  expect(cosine(one, two)).toBeCloseTo(1, 5)
  expect(cosine(one, other)).toBeLessThan(0.5)
  expect(tokens).toBeGreaterThan(0)
  expect(stub.embeddingLog()).toMatchObject([{ model: 'embed-small', authorization: 'Bearer key' }])
})

test('returns the input tokens of a call with the vector', async () => {
  const embedding = await embedText(embedder, 'three words here', { timeoutMs: 60_000 })
  expect(embedding).toMatchObject({ inputTokens: 3 })
})

test.each([
  ['500', 'failed'],
  ['429', 'failed'],
  ['nan', 'failed'],
  ['zero', 'zero'],
])('does not retry after the response [stub:%s] and returns the fault %s', async (directive, fault) => {
  expect(await embedText(embedder, `[stub:${directive}]`, { timeoutMs: 60_000 })).toEqual({ fault })
  expect(stub.embeddingLog()).toHaveLength(1)
})

test('returns `timeout` and closes the connection if the server does not respond in time', async () => {
  expect(await embedText(embedder, '[stub:hang]', { timeoutMs: 2000 })).toEqual({ fault: 'timeout' })
  await expect.poll(() => stub.embeddingLog()).toMatchObject([{ clientAborted: true }])
})

test('rejects a vector whose length differs from the dimension of the model', async () => {
  const known: Embedder = { ...embedder, dimension: 64 }
  expect(await embedText(known, '[stub:short]', { timeoutMs: 60_000 })).toEqual({ fault: 'wrong_length' })
})

test('builds its id from server and model, and has the configured or the default threshold', () => {
  expect(embedder.id).toBe(`${new URL(stub.url).host}:embed-small`)
  expect(connect({ OPENAI_BASE_URL: undefined }).id).toBe('embed-small')
  expect(connect({ EMBEDDING_MODEL: 'gateway:openai/x', AI_GATEWAY_API_KEY: 'k' }).id).toBe('gateway:openai/x')
  expect(connect({ ANSWER_CACHE_THRESHOLD: 0.93 }).similarityThreshold).toBe(0.93)
  expect(embedder.similarityThreshold).toBe(0.5)
})

test('returns null for EMBEDDING_MODEL=none', () => {
  const none = {
    EMBEDDING_MODEL: 'none',
    OPENAI_BASE_URL: undefined,
    OPENAI_API_KEY: undefined,
    ANSWER_CACHE_THRESHOLD: undefined,
    AI_GATEWAY_API_KEY: undefined,
  }
  expect(connectEmbedder(none)).toBeNull()
})
