import { expect, test } from 'vitest'
import { seededRandom } from '@/tests/chaos/seeded-random'
import { sameDistribution } from './kolmogorov-smirnov'

const random = seededRandom(7)
const sample = (size: number, shift = 0) => Array.from({ length: size }, () => random.below(1000) + shift)

test('says what the tables say', () => {
  const range = (from: number) => Array.from({ length: 100 }, (_, index) => index + from)
  expect(sameDistribution(range(0), range(0))).toBe(1)
  // A distance of 0.2 with 100 values each.
  expect(sameDistribution(range(0), range(20))).toBeGreaterThan(0.025)
  expect(sameDistribution(range(0), range(20))).toBeLessThan(0.04)
  expect(sameDistribution(range(0), range(200))).toBeLessThan(1e-9)
})

test('doubts equal samples as rarely as it should, and different ones nearly always', () => {
  const doubts = (shift: number) =>
    Array.from({ length: 200 }, () => sameDistribution(sample(200), sample(200, shift))).filter((p) => p < 0.01).length
  expect(doubts(0)).toBeLessThan(10)
  expect(doubts(300)).toBeGreaterThan(195)
})
