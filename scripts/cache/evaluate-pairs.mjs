/** @typedef {import('./read-pairs.mjs').Pair} Pair */
/** @typedef {import('../../lib/question-match/decide-match').MatchDecision} MatchDecision */
/** @typedef {(stored: string, asked: string, similarity: number | null, threshold: number) => MatchDecision} Decide */

/**
 * @typedef {object} SliceResult
 * @property {number} same pairs that one answer is right for
 * @property {number} diff pairs that it is wrong for
 * @property {number} found hits among the first
 * @property {number} falseHits hits among the second
 * @property {number} plainFalseHits what the threshold alone would have taken of the second
 * @property {Record<string, number>} layers hits by layer
 * @property {Record<string, number>} rules what was not a hit, by the rule that said so
 */

/**
 * Decides on every pair by the code that production runs, and counts by slice. Never pooled: near misses and real
 * questions say different things.
 * @param {readonly Pair[]} pairs
 * @param {readonly (number | null)[]} similarities
 * @param {number} threshold
 * @param {Decide} decide
 * @returns {Map<string, SliceResult>}
 */
export function evaluatePairs(pairs, similarities, threshold, decide) {
  /** @type {Map<string, SliceResult>} */
  const slices = new Map()
  for (const [index, { a, b, same, slice }] of pairs.entries()) {
    const result = slices.get(slice) ?? emptySlice()
    slices.set(slice, result)
    const similarity = similarities[index] ?? null
    const decision = decide(a, b, similarity, threshold)
    result[same ? 'same' : 'diff'] += 1
    if (!same && similarity !== null && similarity >= threshold) result.plainFalseHits += 1
    if (decision.hit) result[same ? 'found' : 'falseHits'] += 1
    const counts = decision.hit ? result.layers : result.rules
    const key = decision.hit ? decision.layer : decision.rule
    counts[key] = (counts[key] ?? 0) + 1
  }
  return new Map([...slices].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** @returns {SliceResult} */
const emptySlice = () => ({ same: 0, diff: 0, found: 0, falseHits: 0, plainFalseHits: 0, layers: {}, rules: {} })

/**
 * Several slices as one, where their labels mean the same.
 * @param {ReadonlyMap<string, SliceResult>} slices
 * @param {RegExp} names
 */
export function sumSlices(slices, names) {
  const sum = emptySlice()
  for (const [name, slice] of slices) {
    if (!names.test(name)) continue
    for (const key of /** @type {const} */ (['same', 'diff', 'found', 'falseHits', 'plainFalseHits']))
      sum[key] += slice[key]
  }
  return sum
}

/** Hits among the pairs they are right for. @param {SliceResult} slice */
export const recall = ({ found, same }) => found / same
/** Hits among the pairs they are wrong for. @param {SliceResult} slice */
export const falseHitRate = ({ falseHits, diff }) => falseHits / diff
/** Right hits among all. @param {SliceResult} slice */
export const precision = ({ found, falseHits }) => found / (found + falseHits)
