import { readFileSync } from 'node:fs'

/** @typedef {{ id: string, a: string, b: string, same: boolean, slice: string }} Pair */

/** An invalid option or file of pairs. The message is one line for the caller of the command. */
export class PairsError extends Error {}

/**
 * Reads a file of labeled pairs, one JSON object per line. Throws `PairsError` if the file
 * or one of its lines is invalid.
 * @param {string} path
 * @returns {Pair[]}
 */
export function readPairs(path) {
  const lines = readText(path).split('\n')
  const pairs = lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, `${path}:${index + 1}`)]))
  if (pairs.length === 0) throw new PairsError(`${path}: contains no pairs`)
  return pairs
}

function readText(/** @type {string} */ path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new PairsError(`${path}: cannot read the file (${code})`)
  }
}

/** @param {string} line @param {string} place @returns {Pair} */
function parseLine(line, place) {
  const pair = parseJson(line, place)
  for (const field of ['a', 'b', 'slice'])
    if (typeof pair?.[field] !== 'string') throw new PairsError(`${place}: "${field}" is not a string`)
  if (typeof pair.same !== 'boolean') throw new PairsError(`${place}: "same" is not true or false`)
  return { id: String(pair.id ?? place), a: pair.a, b: pair.b, same: pair.same, slice: pair.slice }
}

function parseJson(/** @type {string} */ line, /** @type {string} */ place) {
  try {
    return JSON.parse(line)
  } catch {
    throw new PairsError(`${place}: is not JSON`)
  }
}
