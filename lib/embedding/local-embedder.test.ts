import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { cosine } from './embedder'
import { createLocalEmbedder, importTransformers, type Transformers } from './local-embedder'

/** A small model beside the repository; its licence forbids copying it into it. */
const model = join(import.meta.dirname, '../../../shared/models/goldfish-embed-mini')
const missing = !existsSync(model)
const note = 'skipped: no ../shared'
if (missing) process.stderr.write(`\n*** ${note} (${model}): no local model was run ***\n\n`)

const similarityThreshold = 0.8

/** A folder that looks like a model's. */
function modelFolder(config = '{"hidden_size":3}', weights = 'model.onnx'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'goldfish-model-')), 'some-model')
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  writeFileSync(join(folder, 'config.json'), config)
  writeFileSync(join(folder, 'onnx', weights), 'weights')
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true }))
  return folder
}

/** A run-time that gives every text the same vector, and writes down what it was asked. */
function fakeRuntime(vector: number[] = [0, 3, 4]) {
  const env = { allowRemoteModels: true, localModelPath: '', cacheDir: '' }
  const asked: unknown[] = []
  const runtime: Transformers = {
    env,
    pipeline: async (_task, name, options) => {
      asked.push([name, options])
      return async (texts) => {
        asked.push(texts.length)
        return { data: texts.flatMap(() => vector), dims: [texts.length, vector.length] }
      }
    },
  }
  return { env, asked, runtime }
}

describe('a real model', () => {
  beforeEach(({ skip }) => {
    if (missing) skip(note)
  })

  test('knows a paraphrase from another question', async () => {
    const embedder = createLocalEmbedder({ model, similarityThreshold })
    expect(embedder.id).toMatch(/^local:goldfish-embed-mini:q8:[0-9a-f]{12}$/)
    expect(embedder.dimension).toBe(256)
    const texts = ["What's the refund policy?", 'How do I get a refund?', 'Which fish live in cold water?']
    const vectors = await embedder.embed([...texts, ...Array.from({ length: 40 }, (_, index) => `Number ${index}`)])
    expect(vectors).toHaveLength(43)
    const [one, two, other] = vectors as [Float32Array, Float32Array, Float32Array]
    expect(cosine(one, two)).toBeGreaterThan(0.75)
    expect(cosine(one, other)).toBeLessThan(0.3)
    // Alone or among others, padded or not: the same text has the same vector.
    const [alone] = await embedder.embed([String(texts[0])])
    expect(alone && cosine(alone, one)).toBeCloseTo(1, 3)
  })

  test('has one id wherever its folder lies', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'goldfish-model-'))
    onTestFinished(() => rmSync(elsewhere, { recursive: true }))
    const copy = join(elsewhere, 'goldfish-embed-mini')
    cpSync(model, copy, { recursive: true })
    expect(createLocalEmbedder({ model: copy, similarityThreshold }).id).toBe(
      createLocalEmbedder({ model, similarityThreshold }).id,
    )
  })
})

test.each([
  ['no folder and no hub id', () => '/nowhere/model', 'neither a folder'],
  ['a folder without a config', () => join(modelFolder(), 'onnx'), 'config.json'],
  ['a folder without weights', () => modelFolder('{}', 'other.bin'), 'model.onnx'],
  ['a config that is no JSON', () => modelFolder('{'), 'not JSON'],
])('%s is a clear error at once', (_, name, message) => {
  expect(() => createLocalEmbedder({ model: name(), similarityThreshold })).toThrow(message)
})

test('a folder is read from disk only, and another config is another model', async () => {
  const { env, asked, runtime } = fakeRuntime()
  const folder = modelFolder()
  const embedder = createLocalEmbedder({ model: folder, similarityThreshold }, async () => runtime)
  expect(embedder).toMatchObject({ dimension: 3, similarityThreshold })
  const [vector] = await embedder.embed(['x'])
  expect([...(vector ?? [])]).toEqual([0, 3, 4].map((value) => Math.fround(value / 5)))
  expect(env).toMatchObject({ allowRemoteModels: false, localModelPath: `${join(folder, '..')}/` })
  expect(asked).toEqual([['some-model', { dtype: 'fp32' }], 1])
  const other = createLocalEmbedder({ model: modelFolder('{"hidden_size":3,"x":1}'), similarityThreshold })
  expect(other.id).not.toBe(embedder.id)
})

test('a hub id is fetched into a folder that can be written to', async () => {
  const { env, asked, runtime } = fakeRuntime()
  const embedder = createLocalEmbedder({ model: 'owner/model', similarityThreshold }, async () => runtime)
  await embedder.load?.()
  expect(embedder.id).toBe('local:owner/model:q8')
  expect(env).toMatchObject({ allowRemoteModels: true, cacheDir: join(tmpdir(), 'goldfish-models') })
  expect(asked).toEqual([['owner/model', { dtype: 'q8' }]])
})

test('many texts go in batches; the model is loaded once', async () => {
  const { asked, runtime } = fakeRuntime()
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, async () => runtime)
  const texts = Array.from({ length: 70 }, (_, index) => `${index}`)
  expect(await Promise.all([embedder.embed(texts), embedder.load?.()])).toHaveLength(2)
  expect(asked).toEqual([['some-model', { dtype: 'fp32' }], 32, 32, 6])
})

test.each([
  [[0, 0, 0], 'zero'],
  [[0, Number.NaN, 0], 'not_finite'],
  [[1, 2], 'wrong_length'],
])('a model that says %j is refused: %s', async (vector, fault) => {
  const { runtime } = fakeRuntime(vector)
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, async () => runtime)
  await expect(embedder.embed(['x'])).rejects.toMatchObject({ fault })
})

test('a load that failed is tried again by the next call', async () => {
  const { runtime } = fakeRuntime()
  let attempts = 0
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, async () => {
    attempts += 1
    if (attempts === 1) return { ...runtime, pipeline: () => Promise.reject(new Error('half a file')) }
    return runtime
  })
  await expect(embedder.load?.()).rejects.toThrow('EMBEDDING_MODEL: the local model cannot be loaded')
  expect(await embedder.embed(['x'])).toHaveLength(1)
  expect(attempts).toBe(2)
})

test('whoever waits for a model that is being loaded can go', async () => {
  const never = new Promise<Transformers>(() => undefined)
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, () => never)
  const gone = new AbortController()
  const waiting = embedder.embed(['x'], { signal: gone.signal })
  gone.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})

test('without the run-time the operator is told what to install', async () => {
  await expect(importTransformers('no-such-package')).rejects.toThrow('npm install @huggingface/transformers')
})
