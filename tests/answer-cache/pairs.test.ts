import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLocalEmbedder } from '@/lib/embedding/local-embedder'
import { decideMatch } from '@/lib/question-match/decide-match'
import { evaluatePairs, falseHitRate, precision, recall, sumSlices } from '@/scripts/cache/evaluate-pairs.mjs'
import { measureSimilarities } from '@/scripts/cache/measure-similarities.mjs'
import { printEvaluation } from '@/scripts/cache/print-evaluation.mjs'
import { readPairs } from '@/scripts/cache/read-pairs.mjs'

/** Labelled pairs and a small model beside the repository; their licences forbid copying them into it. */
const shared = join(import.meta.dirname, '../../../shared')
const file = join(shared, 'eval/pairs.dev.jsonl')
const model = join(shared, 'models/goldfish-embed-mini')
const missing = !existsSync(file) || !existsSync(model)
if (missing) process.stderr.write(`\n*** skipped: no ../shared (${shared}): the answer cache was not measured ***\n\n`)

/** What `npm run cache:calibrate` says of this model. */
const threshold = 0.5

const pairs = missing ? [] : readPairs(file)
const similarities = missing
  ? []
  : await measureSimilarities(createLocalEmbedder({ model, similarityThreshold: threshold }), pairs)
const none = pairs.map(() => null)
const withEmbedder = evaluatePairs(pairs, similarities, threshold, decideMatch)
const without = evaluatePairs(pairs, none, threshold, decideMatch)

const nearMisses = /^(hn|mut)_/
const table = (slices: typeof withEmbedder) => `\n${printEvaluation(slices)}`

describe.skipIf(missing)('the answer cache on labelled pairs', () => {
  describe.each([
    ['with a local model', withEmbedder, { quora: 0.16, all: 0.65 }],
    ['without an embedder', without, { quora: 0.05, all: 0.5 }],
  ])('%s', (_, slices, least) => {
    test('takes near misses for the same hardly ever', () => {
      expect(falseHitRate(sumSlices(slices, nearMisses)), table(slices)).toBeLessThanOrEqual(0.005)
      expect(falseHitRate(sumSlices(slices, /^hand_neg$/)), table(slices)).toBeLessThanOrEqual(0.03)
    })

    test('finds surface variants, number formats and paraphrases', () => {
      expect(recall(sumSlices(slices, /^pos_surface$/)), table(slices)).toBeGreaterThanOrEqual(0.9)
      expect(recall(sumSlices(slices, /^pos_number_format$/)), table(slices)).toBe(1)
      expect(recall(sumSlices(slices, /^pos_/)), table(slices)).toBeGreaterThanOrEqual(least.all)
    })

    test('finds real duplicates, and little else', () => {
      const quora = sumSlices(slices, /^qqp$/)
      expect(recall(quora), table(slices)).toBeGreaterThanOrEqual(least.quora)
      expect(precision(quora), table(slices)).toBeGreaterThanOrEqual(0.81)
    })
  })

  test('takes a twentieth at most of the near misses that cosine alone would take', () => {
    const { falseHits, plainFalseHits } = sumSlices(withEmbedder, nearMisses)
    expect(falseHits * 20, table(withEmbedder)).toBeLessThanOrEqual(plainFalseHits)
  })
})

test.each([
  ['hand', 'own_neg', 'own_pos'],
  ['second', 'own2_neg', 'own2_pos'],
  ['third', 'own3_neg', 'own3_pos'],
  ['fourth', 'own4_neg', 'own4_pos'],
])('pairs by hand, written before the rules: %s', (name, misses, same) => {
  const own = readPairs(join(import.meta.dirname, `pairs.${name}.jsonl`))
  // Without a model every pair counts as near: the guard alone has to tell them apart.
  const slices = evaluatePairs(
    own,
    own.map(() => 1),
    threshold,
    decideMatch,
  )
  expect(falseHitRate(sumSlices(slices, new RegExp(`^${misses}$`))), table(slices)).toBeLessThanOrEqual(0.03)
  expect(recall(sumSlices(slices, new RegExp(`^${same}$`))), table(slices)).toBeGreaterThanOrEqual(0.4)
})
