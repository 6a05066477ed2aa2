import { expect, test } from 'vitest'
import { checkedVector, cosine, findVectorFault, toInt8, VectorRefused } from './embedder'

/** Directions that are the same in every run: a linear congruence in place of chance. */
function directions(count: number, dimension: number): Float32Array[] {
  let state = 42
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 31 - 1
  }
  return Array.from({ length: count }, () => checkedVector(Array.from({ length: dimension }, next)))
}

test.each([
  [16, 0.02],
  [256, 0.01],
  [1536, 0.01],
])('one byte per dimension keeps similarities of %i dimensions', (dimension, most) => {
  const [a, b, c] = directions(3, dimension) as [Float32Array, Float32Array, Float32Array]
  const near = checkedVector(a.map((value, index) => value + 0.3 * Number(b[index])))
  for (const other of [a, b, c, near]) {
    expect(Math.abs(cosine(toInt8(a), toInt8(other)) - cosine(a, other))).toBeLessThan(most)
    expect(Math.abs(cosine(a, toInt8(other)) - cosine(a, other))).toBeLessThan(most)
  }
})

test('the largest component uses the whole byte, of either sign', () => {
  expect([...toInt8(Float32Array.of(0.001, -0.0005, 0))]).toEqual([127, -63, 0])
  expect([...toInt8(Float32Array.of(-8, 4, 0.01))]).toEqual([-127, 64, 0])
})

test('cosine does not see lengths', () => {
  expect(cosine(Float32Array.of(3, 0), Float32Array.of(5, 0))).toBe(1)
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 2))).toBe(0)
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(-2, 0))).toBe(-1)
})

test('a checked vector has length 1 and the same direction', () => {
  expect([...checkedVector([3, 4])]).toEqual([Math.fround(0.6), Math.fround(0.8)])
  // Their squares are beyond 32-bit floats on either side.
  for (const tiny of [1e-30, 1e30]) expect([...checkedVector(Float32Array.of(tiny, 0))]).toEqual([1, 0])
})

test.each([
  [[], undefined, 'wrong_length'],
  [[1, 2], 3, 'wrong_length'],
  [[1, 2, 3], 2, 'wrong_length'],
  [[0, 0], 2, 'zero'],
  [[Number.NaN, 1], 2, 'not_finite'],
  [[1, Number.POSITIVE_INFINITY], 2, 'not_finite'],
] as const)('%j as a vector of %s dimensions is refused: %s', (values, dimension, fault) => {
  expect(findVectorFault(values, dimension)).toBe(fault)
  expect(() => checkedVector(values, dimension)).toThrow(new VectorRefused(fault))
})
