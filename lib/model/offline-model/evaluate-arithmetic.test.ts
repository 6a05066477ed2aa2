import { expect, test } from 'vitest'
import { evaluateArithmetic } from './evaluate-arithmetic'

test.each([
  ['1+2', 3],
  ['2 + 3 * 4', 14],
  ['(2 + 3) * 4', 20],
  ['10 - 4 - 3', 3],
  ['24 / 4 / 3', 2],
  ['7 % 4', 3],
  ['2^3^2', 512],
  ['2 ** 3', 8],
  ['-2^2', -4],
  ['2^-1', 0.5],
  ['3 - -2', 5],
  ['.5 × 4', 2],
  ['9 ÷ 3 − 1', 2],
  ['((((1))))+1', 2],
  ['1/0', Number.POSITIVE_INFINITY],
])('evaluates %s to %d', (text, value) => {
  expect(evaluateArithmetic(text)).toBe(value)
})

test.each([
  '',
  '5',
  '-5',
  '+',
  '1+',
  '(1+2',
  '1+2)',
  '1 2 + 3',
  '2x',
  'a+b',
  '1..2+3',
  '1,5+2',
  '()',
  '1+()',
  'C++',
  '%',
  '^2',
  'alert(1)+1',
])('returns null for %j, which is not an arithmetic expression', (text) => {
  expect(evaluateArithmetic(text)).toBeNull()
})

test('returns null for a text above the maximum length', () => {
  expect(evaluateArithmetic(`${'1+'.repeat(1000)}1`)).toBeNull()
  expect(evaluateArithmetic(`${'('.repeat(98)}1${')'.repeat(98)}+1`)).toBe(2)
})
