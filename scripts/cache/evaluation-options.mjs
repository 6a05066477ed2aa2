import { parseArgs } from 'node:util'
import { PairsError } from './read-pairs.mjs'

/**
 * Reads the options of `cache:evaluate` and `cache:calibrate`. Throws `PairsError` if one is invalid.
 * @param {string[]} args
 * @returns {{ help: boolean, json: boolean, pairs: string, embedding: string, threshold: number | null }}
 */
export function readEvaluationOptions(args) {
  const { help, json, pairs, embedding, threshold } = readFlags(args)
  if (!help && !pairs) throw new PairsError('--pairs FILE is required (see --help)')
  if (embedding !== 'none' && !/^local:./.test(embedding))
    throw new PairsError('--embedding must be none or local:MODEL')
  const value = threshold === undefined ? null : Number(threshold)
  if (value !== null && !(value >= -1 && value <= 1)) throw new PairsError('--threshold must be a cosine, from -1 to 1')
  return { help, json, pairs: pairs ?? '', embedding, threshold: value }
}

function readFlags(/** @type {string[]} */ args) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        pairs: { type: 'string' },
        embedding: { type: 'string', default: 'none' },
        threshold: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new PairsError(error instanceof Error ? error.message : String(error))
  }
}
