import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { cosine } from './embedder'
import { createLocalEmbedder, importTransformers, type Transformers } from './local-embedder'

/** A small model outside of the repository, because its license does not allow copying it. */
const model = join(import.meta.dirname, '../../../shared/models/goldfish-embed-mini')
const isMissing = !existsSync(model)
const note = 'skipped: no ../shared'
if (isMissing) process.stderr.write(`\n*** ${note} (${model}): the local model was not tested ***\n\n`)

const similarityThreshold = 0.8

/** Creates a folder with the files of a model. */
function modelFolder(config = '{"hidden_size":3}', weights = 'model.onnx'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'goldfish-model-')), 'some-model')
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  writeFileSync(join(folder, 'config.json'), config)
  writeFileSync(join(folder, 'onnx', weights), 'weights')
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true }))
  return folder
}

/** A runtime that returns the same vector for every text and records its calls. */
function fakeRuntime(vector: number[] = [0, 3, 4]) {
  const env = { allowRemoteModels: true, localModelPath: '', cacheDir: '' }
  const calls: unknown[] = []
  const runtime: Transformers = {
    env,
    pipeline: async (_task, name, options) => {
      calls.push([name, options])
      return async (texts) => {
        calls.push(texts.length)
        return { data: texts.flatMap(() => vector), dims: [texts.length, vector.length] }
      }
    },
  }
  return { env, calls, runtime }
}

describe('createLocalEmbedder with a real model', () => {
  beforeEach(({ skip }) => {
    if (isMissing) skip(note)
  })

  test('returns similar vectors for a paraphrase and others for another question', async () => {
    const embedder = createLocalEmbedder({ model, similarityThreshold })
    expect(embedder.id).toMatch(/^local:goldfish-embed-mini:q8:[0-9a-f]{12}$/)
    expect(embedder.dimension).toBe(256)
    const texts = ["What's the refund policy?", 'How do I get a refund?', 'Which fish live in cold water?']
    const vectors = await embedder.embed([...texts, ...Array.from({ length: 40 }, (_, index) => `Number ${index}`)])
    expect(vectors).toHaveLength(43)
    const [one, two, other] = vectors as [Float32Array, Float32Array, Float32Array]
    expect(cosine(one, two)).toBeGreaterThan(0.75)
    expect(cosine(one, other)).toBeLessThan(0.3)
    // The vector of a text must not depend on the other texts of the batch or on padding.
    const [alone] = await embedder.embed([String(texts[0])])
    expect(alone && cosine(alone, one)).toBeCloseTo(1, 3)
  })

  test('has the same id in every location of its folder', () => {
    const otherFolder = mkdtempSync(join(tmpdir(), 'goldfish-model-'))
    onTestFinished(() => rmSync(otherFolder, { recursive: true }))
    const copy = join(otherFolder, 'goldfish-embed-mini')
    cpSync(model, copy, { recursive: true })
    expect(createLocalEmbedder({ model: copy, similarityThreshold }).id).toBe(
      createLocalEmbedder({ model, similarityThreshold }).id,
    )
  })
})

test.each([
  ['that is neither a folder nor a hub id', () => '/nowhere/model', 'an existing folder'],
  ['in a folder without a config', () => join(modelFolder(), 'onnx'), 'config.json'],
  ['in a folder without weights', () => modelFolder('{}', 'other.bin'), 'model.onnx'],
  ['with a config that is not JSON', () => modelFolder('{'), 'not JSON'],
])('throws for a model %s', (_, name, message) => {
  expect(() => createLocalEmbedder({ model: name(), similarityThreshold })).toThrow(message)
})

test('reads a folder only from disk and includes its config in the id', async () => {
  const { env, calls, runtime } = fakeRuntime()
  const folder = modelFolder()
  const embedder = createLocalEmbedder({ model: folder, similarityThreshold }, async () => runtime)
  expect(embedder).toMatchObject({ dimension: 3, similarityThreshold })
  const [vector] = await embedder.embed(['x'])
  expect([...(vector ?? [])]).toEqual([0, 3, 4].map((value) => Math.fround(value / 5)))
  expect(env).toMatchObject({ allowRemoteModels: false, localModelPath: `${join(folder, '..')}/` })
  expect(calls).toEqual([['some-model', { dtype: 'fp32' }], 1])
  const other = createLocalEmbedder({ model: modelFolder('{"hidden_size":3,"x":1}'), similarityThreshold })
  expect(other.id).not.toBe(embedder.id)
})

test('downloads a model of the hub to a writable folder', async () => {
  const { env, calls, runtime } = fakeRuntime()
  const embedder = createLocalEmbedder({ model: 'owner/model', similarityThreshold }, async () => runtime)
  await embedder.load?.()
  expect(embedder.id).toBe('local:owner/model:q8')
  expect(env).toMatchObject({ allowRemoteModels: true, cacheDir: join(tmpdir(), 'goldfish-models') })
  expect(calls).toEqual([['owner/model', { dtype: 'q8' }]])
})

test('splits many texts into batches and loads the model once', async () => {
  const { calls, runtime } = fakeRuntime()
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, async () => runtime)
  const texts = Array.from({ length: 70 }, (_, index) => `${index}`)
  expect(await Promise.all([embedder.embed(texts), embedder.load?.()])).toHaveLength(2)
  expect(calls).toEqual([['some-model', { dtype: 'fp32' }], 32, 32, 6])
})

test.each([
  [[0, 0, 0], 'zero'],
  [[0, Number.NaN, 0], 'not_finite'],
  [[1, 2], 'wrong_length'],
])('rejects the vector %j of a model with the fault %s', async (vector, fault) => {
  const { runtime } = fakeRuntime(vector)
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, async () => runtime)
  await expect(embedder.embed(['x'])).rejects.toMatchObject({ fault })
})

test('loads the model again in the next call after a failed attempt', async () => {
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

test('rejects a waiting call when its signal aborts', async () => {
  const never = new Promise<Transformers>(() => undefined)
  const embedder = createLocalEmbedder({ model: modelFolder(), similarityThreshold }, () => never)
  const gone = new AbortController()
  const waiting = embedder.embed(['x'], { signal: gone.signal })
  gone.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})

test('names the package to install if the runtime is missing', async () => {
  await expect(importTransformers('no-such-package')).rejects.toThrow('npm install @huggingface/transformers')
})
