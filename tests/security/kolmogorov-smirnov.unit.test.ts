import { expect, test } from 'vitest'
import { seededRandom } from '@/tests/chaos/seeded-random'
import { sameDistribution } from './kolmogorov-smirnov'

const random = seededRandom(7)
const sample = (size: number, shift = 0) => Array.from({ length: size }, () => random.below(1000) + shift)

test('returns the probabilities of published tables', () => {
  const range = (from: number) => Array.from({ length: 100 }, (_, index) => index + from)
  expect(sameDistribution(range(0), range(0))).toBe(1)
  // The samples have 100 values each and a maximum distance of 0.2.
  expect(sameDistribution(range(0), range(20))).toBeGreaterThan(0.025)
  expect(sameDistribution(range(0), range(20))).toBeLessThan(0.04)
  expect(sameDistribution(range(0), range(200))).toBeLessThan(1e-9)
})

test('rejects at most 5 % of equal distributions and almost all different ones at a probability of 1 %', () => {
  const countRejected = (shift: number) =>
    Array.from({ length: 200 }, () => sameDistribution(sample(200), sample(200, shift))).filter((p) => p < 0.01).length
  expect(countRejected(0)).toBeLessThan(10)
  expect(countRejected(300)).toBeGreaterThan(195)
})
