import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { checkedVector, VectorRefused } from './checked-vector'
import type { Embedder, EmbedOptions } from './embedder'
import { findLocalModel, type LocalModel } from './local-model'

/** What we use of the run-time. Its own types are not there where it is not installed. */
export type Transformers = {
  env: { allowRemoteModels: boolean; localModelPath: string; cacheDir: string }
  pipeline: (
    task: 'feature-extraction',
    model: string,
    options: { dtype: string },
  ) => Promise<
    (
      texts: string[],
      options: { pooling: 'mean'; normalize: boolean },
    ) => Promise<{ data: ArrayLike<number>; dims: readonly number[] }>
  >
}
type Extract = Awaited<ReturnType<Transformers['pipeline']>>

const packageName = '@huggingface/transformers'
/** Texts of a batch are padded to the longest of them. */
const batchSize = 32

/**
 * An embedder that runs an ONNX model in this process. The run-time is an optional dependency of 300 MB, imported when
 * the model is first needed. Throws when the model is not there; `load` says when the run-time is not.
 */
export function createLocalEmbedder(
  { model, similarityThreshold }: { model: string; similarityThreshold: number },
  importRuntime: () => Promise<Transformers> = () => importTransformers(),
): Embedder {
  const local = findLocalModel(model)
  let loading: Promise<Extract> | null = null
  const load = (): Promise<Extract> => {
    if (loading) return loading
    const attempt = loadModel(local, importRuntime)
    loading = attempt
    // The next call tries again: a hub that was away, or a file that was being copied, is no state for ever.
    attempt.catch(() => {
      loading = null
    })
    return attempt
  }
  return Object.freeze({
    id: local.id,
    similarityThreshold,
    ...(local.dimension !== undefined && { dimension: local.dimension }),
    load: async () => {
      await load()
    },
    embed: (texts: readonly string[], { signal }: EmbedOptions = {}) =>
      abortable(signal, async () => {
        const extract = await load()
        const vectors: Float32Array[] = []
        for (let start = 0; start < texts.length; start += batchSize) {
          signal?.throwIfAborted()
          vectors.push(...(await embedBatch(extract, texts.slice(start, start + batchSize), local.dimension)))
        }
        return vectors
      }),
  })
}

async function embedBatch(extract: Extract, texts: string[], dimension: number | undefined): Promise<Float32Array[]> {
  const { data, dims } = await extract(texts, { pooling: 'mean', normalize: true })
  const [count, length = 0] = dims
  if (count !== texts.length) throw new VectorRefused('wrong_length')
  const flat = Array.from(data)
  return texts.map((_, index) => checkedVector(flat.slice(index * length, (index + 1) * length), dimension))
}

async function loadModel(
  { name, parent, dtype }: LocalModel,
  importRuntime: () => Promise<Transformers>,
): Promise<Extract> {
  const { env, pipeline } = await importRuntime()
  env.allowRemoteModels = parent === null
  if (parent !== null) env.localModelPath = parent + sep
  // Its own choice is a folder inside node_modules, which an instance may not write to.
  env.cacheDir = join(tmpdir(), 'goldfish-models')
  try {
    return await pipeline('feature-extraction', name, { dtype })
  } catch (error) {
    throw new Error('EMBEDDING_MODEL: the local model cannot be loaded', { cause: error })
  }
}

/** By a name the bundler cannot follow: the run-time must be in no bundle, and a build must not need it. */
export async function importTransformers(name: string = packageName): Promise<Transformers> {
  try {
    return await import(/* turbopackIgnore: true */ /* @vite-ignore */ name)
  } catch (error) {
    throw new Error(`EMBEDDING_MODEL: a local model needs a package: npm install ${packageName}`, { cause: error })
  }
}

/** The run-time cannot be stopped; whoever waits for it can go. */
async function abortable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (!signal) return work()
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([work(), promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
