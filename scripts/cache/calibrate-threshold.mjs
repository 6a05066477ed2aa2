import { evaluatePairs, falseHitRate, precision, recall, sumSlices } from './evaluate-pairs.mjs'

/**
 * @typedef {object} Point
 * @property {number} threshold
 * @property {number} nearMissFalseHits The share of near misses that are hits
 * @property {number} plainFalseHits The share of near misses that would be hits if only the threshold decided
 * @property {number} qqpRecall
 * @property {number} qqpPrecision
 */

/** The targets of a threshold. A lower threshold finds more answers but gives more wrong ones. */
export const maxFalseHitRate = 0.005
export const minPrecision = 0.81
/**
 * The lowest threshold that is tried. Pairs with a lower cosine are hardly similar and
 * give no evidence for a threshold.
 */
const lowest = 0.5
const highest = 0.99

/**
 * Returns the results of each threshold, and the lowest threshold that meets the targets, or null if none does.
 * @param {readonly import('./read-pairs.mjs').Pair[]} pairs
 * @param {readonly number[]} similarities
 * @param {import('./evaluate-pairs.mjs').Decide} decide
 */
export function calibrateThreshold(pairs, similarities, decide) {
  // The decision of the match guard does not depend on the threshold, so each pair is decided only once.
  const decisions = new Map(pairs.map((pair) => [pair, decide(pair.a, pair.b, 1, 0)]))
  const byText = new Map(pairs.map((pair) => [`${pair.a}\n${pair.b}`, decisions.get(pair)]))
  /** @type {import('./evaluate-pairs.mjs').Decide} */
  const decideAtThreshold = (a, b, similarity, threshold) => {
    const decision = byText.get(`${a}\n${b}`)
    if (!decision || (decision.hit && decision.layer === 'semantic' && !((similarity ?? 0) >= threshold)))
      return { hit: false, rule: 'similarity', detail: '' }
    return decision
  }
  const steps = Array.from({ length: Math.round((highest - lowest) * 100) + 1 }, (_, index) => (50 + index) / 100)
  const curve = steps.map((threshold) =>
    pointOf(threshold, evaluatePairs(pairs, similarities, threshold, decideAtThreshold)),
  )
  const chosen = curve.find((point) => isWithin(point.nearMissFalseHits, point.qqpPrecision))
  return { threshold: chosen?.threshold ?? null, curve }
}

/** @param {number} threshold @param {ReturnType<typeof evaluatePairs>} slices @returns {Point} */
function pointOf(threshold, slices) {
  const nearMisses = sumSlices(slices, /^(hn|mut)_/)
  const real = sumSlices(slices, /^qqp$/)
  return {
    threshold,
    nearMissFalseHits: falseHitRate(nearMisses),
    plainFalseHits: nearMisses.plainFalseHits / nearMisses.diff,
    qqpRecall: recall(real),
    qqpPrecision: precision(real),
  }
}

/** Checks the targets. One that is NaN, because the file has no such pairs, counts as met, unless both are NaN. */
const isWithin = (/** @type {number} */ falseHitShare, /** @type {number} */ precisionShare) =>
  !(Number.isNaN(falseHitShare) && Number.isNaN(precisionShare)) &&
  !(falseHitShare > maxFalseHitRate) &&
  !(precisionShare < minPrecision)
