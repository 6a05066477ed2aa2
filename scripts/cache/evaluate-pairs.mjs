/** @typedef {import('./read-pairs.mjs').Pair} Pair */
/** @typedef {import('../../lib/question-match/decide-match').MatchDecision} MatchDecision */
/**
 * @typedef {(stored: string, asked: string, similarity: number | null, similarityThreshold: number) => MatchDecision
 * } Decide
 */

/**
 * @typedef {object} SliceResult
 * @property {number} same Pairs for which one answer is correct
 * @property {number} diff Pairs for which one answer would be wrong
 * @property {number} found Hits among `same`
 * @property {number} falseHits Hits among `diff`
 * @property {number} plainFalseHits Pairs of `diff` that would be hits if only the threshold decided
 * @property {Record<string, number>} layers Hits by layer
 * @property {Record<string, number>} rules Pairs that are no hits, by the rule that decided so
 */

/**
 * Decides every pair with the code of production, and counts the results by slice. Slices of different kinds must not
 * be added up, because near misses and real questions measure different things.
 * @param {readonly Pair[]} pairs
 * @param {readonly (number | null)[]} similarities
 * @param {number} similarityThreshold
 * @param {Decide} decide
 * @returns {Map<string, SliceResult>}
 */
export function evaluatePairs(pairs, similarities, similarityThreshold, decide) {
  /** @type {Map<string, SliceResult>} */
  const slices = new Map()
  for (const [index, { a, b, same, slice }] of pairs.entries()) {
    const result = slices.get(slice) ?? emptySlice()
    slices.set(slice, result)
    const similarity = similarities[index] ?? null
    const decision = decide(a, b, similarity, similarityThreshold)
    result[same ? 'same' : 'diff'] += 1
    if (!same && similarity !== null && similarity >= similarityThreshold) result.plainFalseHits += 1
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
 * Adds up the slices whose names match. Their labels should mean the same.
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

/** The share of `same` pairs that are hits. @param {SliceResult} slice */
export const recall = ({ found, same }) => found / same
/** The share of `diff` pairs that are hits. @param {SliceResult} slice */
export const falseHitRate = ({ falseHits, diff }) => falseHits / diff
/** The share of hits that are correct. @param {SliceResult} slice */
export const precision = ({ found, falseHits }) => found / (found + falseHits)
