import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLocalEmbedder } from '@/lib/embedding/local-embedder'
import { decideMatch } from '@/lib/question-match/decide-match'
import { evaluatePairs, falseHitRate, precision, recall, sumSlices } from '@/scripts/cache/evaluate-pairs.mjs'
import { measureSimilarities } from '@/scripts/cache/measure-similarities.mjs'
import { printEvaluation } from '@/scripts/cache/print-evaluation.mjs'
import { readPairs } from '@/scripts/cache/read-pairs.mjs'

/** Labeled pairs and a small model outside of the repository. Their licenses forbid copying them into it. */
const shared = join(import.meta.dirname, '../../../shared')
const file = join(shared, 'eval/pairs.dev.jsonl')
const model = join(shared, 'models/goldfish-embed-mini')
const missing = !existsSync(file) || !existsSync(model)
if (missing) process.stderr.write(`\n*** skipped: no ../shared (${shared}): the answer cache was not measured ***\n\n`)

/** The threshold that `npm run cache:calibrate` prints for this model. */
const similarityThreshold = 0.5

const pairs = missing ? [] : readPairs(file)
const similarities = missing
  ? []
  : await measureSimilarities(createLocalEmbedder({ model, similarityThreshold }), pairs)
const none = pairs.map(() => null)
const withEmbedder = evaluatePairs(pairs, similarities, similarityThreshold, decideMatch)
const without = evaluatePairs(pairs, none, similarityThreshold, decideMatch)

const nearMissSlices = /^(hn|mut)_/
const table = (slices: typeof withEmbedder) => `\n${printEvaluation(slices)}`

describe.skipIf(missing)('the answer cache on labeled pairs', () => {
  describe.each([
    ['with a local model', withEmbedder, { quora: 0.16, all: 0.65 }],
    ['without an embedder', without, { quora: 0.05, all: 0.5 }],
  ])('%s', (_, slices, minRecall) => {
    test('decideMatch has few false hits on near misses', () => {
      expect(falseHitRate(sumSlices(slices, nearMissSlices)), table(slices)).toBeLessThanOrEqual(0.005)
      expect(falseHitRate(sumSlices(slices, /^hand_neg$/)), table(slices)).toBeLessThanOrEqual(0.03)
    })

    test('decideMatch finds surface variants, number formats and paraphrases', () => {
      expect(recall(sumSlices(slices, /^pos_surface$/)), table(slices)).toBeGreaterThanOrEqual(0.9)
      expect(recall(sumSlices(slices, /^pos_number_format$/)), table(slices)).toBe(1)
      expect(recall(sumSlices(slices, /^pos_/)), table(slices)).toBeGreaterThanOrEqual(minRecall.all)
    })

    test('decideMatch finds real duplicates with sufficient precision', () => {
      const quora = sumSlices(slices, /^qqp$/)
      expect(recall(quora), table(slices)).toBeGreaterThanOrEqual(minRecall.quora)
      expect(precision(quora), table(slices)).toBeGreaterThanOrEqual(0.81)
    })
  })

  test('the match guard rejects at least 95 % of the near misses that the similarity alone would accept', () => {
    const { falseHits, plainFalseHits } = sumSlices(withEmbedder, nearMissSlices)
    expect(falseHits * 20, table(withEmbedder)).toBeLessThanOrEqual(plainFalseHits)
  })
})

test.each([
  ['hand', 'own_neg', 'own_pos'],
  ['second', 'own2_neg', 'own2_pos'],
  ['third', 'own3_neg', 'own3_pos'],
  ['fourth', 'own4_neg', 'own4_pos'],
])('the match guard meets its targets on the handwritten pairs of file "%s"', (name, negativeSlice, positiveSlice) => {
  const handwritten = readPairs(join(import.meta.dirname, `pairs.${name}.jsonl`))
  // These pairs were written before the rules. The similarity is always 1, so only the guard can reject a pair.
  const slices = evaluatePairs(
    handwritten,
    handwritten.map(() => 1),
    similarityThreshold,
    decideMatch,
  )
  expect(falseHitRate(sumSlices(slices, new RegExp(`^${negativeSlice}$`))), table(slices)).toBeLessThanOrEqual(0.03)
  expect(recall(sumSlices(slices, new RegExp(`^${positiveSlice}$`))), table(slices)).toBeGreaterThanOrEqual(0.4)
})
