/** @typedef {import('./read-pairs.mjs').Pair} Pair */
/** @typedef {Pick<import('../../lib/embedding/embedder').Embedder, 'embed'>} Embedder */

const batchSize = 32

/**
 * Returns the cosine of each pair's vectors. Texts are embedded in order of length, because a batch
 * takes as long as its longest text.
 * @param {Embedder} embedder
 * @param {readonly Pair[]} pairs
 * @param {(done: number, all: number) => void} [progress]
 * @returns {Promise<number[]>}
 */
export async function measureSimilarities(embedder, pairs, progress = () => {}) {
  const texts = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].toSorted((a, b) => a.length - b.length)
  /** @type {Map<string, Float32Array>} */
  const vectors = new Map()
  for (let at = 0; at < texts.length; at += batchSize) {
    const batch = texts.slice(at, at + batchSize)
    const embedded = await embedder.embed(batch)
    for (const [index, text] of batch.entries()) vectors.set(text, embedded[index] ?? new Float32Array())
    progress(Math.min(at + batchSize, texts.length), texts.length)
  }
  return pairs.map(({ a, b }) => cosine(vectors.get(a), vectors.get(b)))
}

/** Returns the cosine of two unit vectors. @param {Float32Array} [a] @param {Float32Array} [b] */
function cosine(a = new Float32Array(), b = new Float32Array()) {
  let sum = 0
  for (const [index, value] of a.entries()) sum += value * (b[index] ?? Number.NaN)
  return sum
}
