import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { PairsError } from './read-pairs.mjs'

/** @typedef {{ id: string, embed: (texts: readonly string[]) => Promise<readonly Float32Array[]> }} Embedder */

/**
 * A model in a directory, as @huggingface/transformers reads it. Nothing is fetched.
 * @param {string} directory
 * @returns {Promise<Embedder>}
 */
export async function openLocalEmbedder(directory) {
  const path = resolve(directory)
  if (!existsSync(path)) throw new PairsError(`${directory}: there is no such model`)
  const { env, pipeline } = await import('@huggingface/transformers').catch(() => {
    throw new PairsError('A local model needs @huggingface/transformers: npm install --include=optional')
  })
  env.allowRemoteModels = false
  env.localModelPath = `${dirname(path)}/`
  const extract = await pipeline('feature-extraction', basename(path), { dtype: 'q8' })
  return {
    id: `local:${basename(path)}`,
    embed: async (texts) => {
      const { data, dims } = await extract([...texts], { pooling: 'mean', normalize: true })
      const size = dims.at(-1) ?? 0
      return texts.map((_, index) => Float32Array.from(data.slice(index * size, (index + 1) * size)))
    },
  }
}
