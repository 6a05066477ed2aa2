import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** A local model as the run-time wants it named. */
export type LocalModel = {
  id: string
  /** A folder's name below `parent`, or a hub id. */
  name: string
  /** Where its folder lies; null for one that the hub has. */
  parent: string | null
  dtype: 'q8' | 'fp32'
  dimension?: number
}

/**
 * The model that `EMBEDDING_MODEL=local:…` names: a folder with config.json, tokenizer and onnx/ as the hub lays them out,
 * or a hub id. Its id is the same on every instance that has the same files, wherever they lie. Throws, for the operator,
 * when it is neither.
 */
export function findLocalModel(named: string): LocalModel {
  const folder = resolve(named)
  if (existsSync(folder)) return describeFolder(folder)
  if (!/^[\w-][\w.-]*\/[\w.-]+$/.test(named))
    throw new Error('EMBEDDING_MODEL: local: names neither a folder that is there nor a hub id like owner/model')
  return { id: `local:${named}:q8`, name: named, parent: null, dtype: 'q8' }
}

function describeFolder(folder: string): LocalModel {
  const quantised = join(folder, 'onnx', 'model_quantized.onnx')
  const whole = join(folder, 'onnx', 'model.onnx')
  const weights = [quantised, whole].find((file) => existsSync(file))
  const config = join(folder, 'config.json')
  if (!weights || !existsSync(config))
    throw new Error(
      'EMBEDDING_MODEL: the folder has no config.json, or neither onnx/model_quantized.onnx nor onnx/model.onnx',
    )
  const text = readFileSync(config, 'utf8')
  const dimension = hiddenSize(text)
  const dtype = weights === quantised ? 'q8' : 'fp32'
  // Not of the weights' bytes, which would be read twice at every start: another model has another size or config.
  const print = createHash('sha256')
    .update(`${statSync(weights).size} ${text}`)
    .digest('hex')
    .slice(0, 12)
  return {
    id: `local:${basename(folder)}:${dtype}:${print}`,
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
