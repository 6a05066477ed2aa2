import { evaluatePairs, falseHitRate, precision, recall, sumSlices } from './evaluate-pairs.mjs'

/** @typedef {{ threshold: number, nearMissFalseHits: number, plainFalseHits: number, qqpRecall: number, qqpPrecision: number }} Point */

/** The targets of design/answer-cache.md. */
export const mostFalseHits = 0.005
export const leastPrecision = 0.81
/** Pairs of which not even the cosine says that they are alike are no evidence for a threshold. */
const lowest = 0.5
const highest = 0.99

/**
 * What each threshold would do, and the lowest that keeps to the targets; null where none does.
 * @param {readonly import('./read-pairs.mjs').Pair[]} pairs
 * @param {readonly number[]} similarities
 * @param {import('./evaluate-pairs.mjs').Decide} decide
 */
export function calibrateThreshold(pairs, similarities, decide) {
  // The guard's verdict does not depend on the threshold, so each pair is judged once.
  const decisions = new Map(pairs.map((pair) => [pair, decide(pair.a, pair.b, 1, 0)]))
  const byText = new Map(pairs.map((pair) => [`${pair.a}\n${pair.b}`, decisions.get(pair)]))
  /** @type {import('./evaluate-pairs.mjs').Decide} */
  const decideAgain = (a, b, similarity, threshold) => {
    const decision = byText.get(`${a}\n${b}`)
    if (!decision || (decision.hit && decision.layer === 'semantic' && !((similarity ?? 0) >= threshold)))
      return { hit: false, rule: 'similarity', detail: '' }
    return decision
  }
  const steps = Array.from({ length: Math.round((highest - lowest) * 100) + 1 }, (_, index) => (50 + index) / 100)
  const curve = steps.map((threshold) => pointOf(threshold, evaluatePairs(pairs, similarities, threshold, decideAgain)))
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

/** A file without such pairs says nothing against a threshold; without any of both it says nothing at all. */
const isWithin = (/** @type {number} */ falseHits, /** @type {number} */ right) =>
  !(Number.isNaN(falseHits) && Number.isNaN(right)) && !(falseHits > mostFalseHits) && !(right < leastPrecision)
