import { createHash } from 'node:crypto'

export const maxDimensions = 1024
export const defaultDimensions = 64

/**
 * Returns a vector of length 1 that depends on the words of a text and not on their order, so that texts with mostly
 * the same words are similar. The vector is the same in every run.
 * @param {string} text
 * @param {number} dimensions
 */
export function embedWords(text, dimensions) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']
  const sum = words.map((word) => directionOf(word, dimensions)).reduce(add)
  const length = Math.hypot(...sum)
  return sum.map((value) => value / length)
}

/** @param {number[]} a @param {number[]} b */
const add = (a, b) => a.map((value, index) => value + (b[index] ?? 0))

/** Returns a different direction for every word. @param {string} word @param {number} dimensions */
function directionOf(word, dimensions) {
  const bytes = Buffer.concat(
    Array.from({ length: Math.ceil(dimensions / 32) }, (_, part) =>
      createHash('sha256').update(`${part} ${word}`).digest(),
    ),
  )
  const direction = [...bytes.subarray(0, dimensions)].map((byte) => byte - 127.5)
  const length = Math.hypot(...direction)
  return direction.map((value) => value / length)
}
