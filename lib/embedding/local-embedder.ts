import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { checkedVector, type Embedder, type EmbedOptions, VectorRefused } from './embedder'

/** The part of the runtime that is used. The package's own types are missing if it is not installed. */
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
/** Batches should be small, because all texts of a batch are padded to the longest one. */
const batchSize = 32

/**
 * Returns an embedder that runs an ONNX model in this process. The runtime is an optional dependency of 300 MB, which
 * is imported when the model is first needed. Throws if the model does not exist. `load` rejects if the runtime is
 * missing.
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
    // The next call must retry, because the hub may be reachable again, or a file may be complete.
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
  // The default is a folder in node_modules, which may be read-only.
  env.cacheDir = join(tmpdir(), 'goldfish-models')
  try {
    return await pipeline('feature-extraction', name, { dtype })
  } catch (error) {
    throw new Error('EMBEDDING_MODEL: the local model cannot be loaded', { cause: error })
  }
}

/** Imports the runtime by a name that bundlers cannot resolve, because a build must neither need nor contain it. */
export async function importTransformers(name: string = packageName): Promise<Transformers> {
  try {
    return await import(/* turbopackIgnore: true */ /* @vite-ignore */ name)
  } catch (error) {
    throw new Error(`EMBEDDING_MODEL: a local model needs a package: npm install ${packageName}`, { cause: error })
  }
}

/** Rejects when the signal aborts. The work itself continues, because the runtime cannot be stopped. */
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

/** A local model in the terms of the runtime. */
type LocalModel = {
  id: string
  /** The name of the model's folder in `parent`, or a hub id. */
  name: string
  /** The folder that contains the model's folder. Null for a model of the hub. */
  parent: string | null
  dtype: 'q8' | 'fp32'
  dimension?: number
}

/**
 * Returns the model of `EMBEDDING_MODEL=local:…`, which must be a hub id or a folder with config.json, tokenizer and
 * onnx/ in the layout of the hub. The id is the same on every instance with the same files, regardless of their
 * location. Throws, with a message for the operator, if there is no such model.
 */
export function findLocalModel(named: string): LocalModel {
  const folder = resolve(named)
  if (existsSync(folder)) return describeFolder(folder)
  if (!/^[\w-][\w.-]*\/[\w.-]+$/.test(named))
    throw new Error('EMBEDDING_MODEL: local: must be followed by an existing folder or a hub id like owner/model')
  return { id: `local:${named}:q8`, name: named, parent: null, dtype: 'q8' }
}

function describeFolder(folder: string): LocalModel {
  const quantized = join(folder, 'onnx', 'model_quantized.onnx')
  const whole = join(folder, 'onnx', 'model.onnx')
  const weights = [quantized, whole].find((file) => existsSync(file))
  const config = join(folder, 'config.json')
  if (!weights || !existsSync(config))
    throw new Error(
      'EMBEDDING_MODEL: the folder has no config.json, or neither onnx/model_quantized.onnx nor onnx/model.onnx',
    )
  const text = readFileSync(config, 'utf8')
  const dimension = hiddenSize(text)
  const dtype = weights === quantized ? 'q8' : 'fp32'
  // The weights are not hashed, because they would be read twice at every start. Another model has another size or
  // config.
  const fingerprint = createHash('sha256')
    .update(`${statSync(weights).size} ${text}`)
    .digest('hex')
    .slice(0, 12)
  return {
    id: `local:${basename(folder)}:${dtype}:${fingerprint}`,
    name: basename(folder),
    parent: dirname(folder),
    dtype,
    ...(dimension !== null && { dimension }),
  }
}

function hiddenSize(config: string): number | null {
  try {
    const { hidden_size: size } = JSON.parse(config) as { hidden_size?: unknown }
    return typeof size === 'number' && Number.isInteger(size) && size > 0 ? size : null
  } catch (error) {
    throw new Error('EMBEDDING_MODEL: the config.json in the folder is not JSON', { cause: error })
  }
}
