import { expect, test } from 'vitest'
import { calibrateThreshold } from './calibrate-threshold.mjs'

type Case = { similarity: number; same: boolean; slice: string; guard?: boolean }

/** Calibrates on pairs with these cosines. The guard refuses the pairs for which `guard` is false. */
function calibrate(cases: readonly Case[]) {
  const pairs = cases.map(({ same, slice }, index) => ({ id: `${index}`, a: `a${index}`, b: `b${index}`, same, slice }))
  const refused = new Set(cases.flatMap(({ guard }, index) => (guard === false ? [`a${index}`] : [])))
  const decide = (a: string) =>
    refused.has(a)
      ? ({ hit: false, rule: 'number', detail: '' } as const)
      : ({ hit: true, layer: 'semantic', rule: 'none', detail: '' } as const)
  const similarities = cases.map(({ similarity }) => similarity)
  return calibrateThreshold(pairs, similarities, decide as never)
}
const repeat = (count: number, one: Case) => Array.from({ length: count }, () => one)

test('finds the lowest threshold that meets the targets, in steps of 0.01', () => {
  const real = repeat(10, { similarity: 0.95, same: true, slice: 'qqp' })
  const { threshold, curve } = calibrate([...real, { similarity: 0.704, same: false, slice: 'hn_number' }])
  expect(threshold).toBe(0.71)
  expect(curve.at(0)).toMatchObject({ threshold: 0.5, nearMissFalseHits: 1, plainFalseHits: 1, qqpRecall: 1 })
  expect(curve.find((point) => point.threshold === 0.71)).toMatchObject({ nearMissFalseHits: 0, qqpPrecision: 1 })
  expect(curve.find((point) => point.threshold === 0.96)).toMatchObject({ qqpRecall: 0 })
})

test('does not raise the threshold for pairs that the guard refuses', () => {
  const near = repeat(200, { similarity: 0.99, same: false, slice: 'mut_name', guard: false })
  const { threshold, curve } = calibrate([...near, { similarity: 0.6, same: true, slice: 'qqp' }])
  expect(threshold).toBe(0.5)
  expect(curve.at(0)).toMatchObject({ nearMissFalseHits: 0, plainFalseHits: 1 })
})

test('requires that 81 % of the hits on real questions are correct', () => {
  const right = repeat(81, { similarity: 0.9, same: true, slice: 'qqp' })
  const wrong = repeat(19, { similarity: 0.8, same: false, slice: 'qqp' })
  expect(calibrate([...right, ...wrong]).threshold).toBe(0.5)
  expect(calibrate([...right.slice(1), ...wrong]).threshold).toBe(0.81)
})

test('finds no threshold if none meets the targets or no pair measures them', () => {
  expect(calibrate([{ similarity: 1, same: false, slice: 'hn_date' }]).threshold).toBeNull()
  expect(calibrate([{ similarity: 0.9, same: true, slice: 'pos_surface' }]).threshold).toBeNull()
})
