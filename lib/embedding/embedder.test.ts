import { expect, test } from 'vitest'
import { checkedVector, cosine, findVectorFault, toInt8, VectorRefused } from './embedder'

/** Returns directions that are the same in every run, made with a linear congruential generator. */
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
])('quantizing vectors of %i dimensions changes similarities by less than %d', (dimension, maxChange) => {
  const [a, b, c] = directions(3, dimension) as [Float32Array, Float32Array, Float32Array]
  const near = checkedVector(a.map((value, index) => value + 0.3 * Number(b[index])))
  for (const other of [a, b, c, near]) {
    expect(Math.abs(cosine(toInt8(a), toInt8(other)) - cosine(a, other))).toBeLessThan(maxChange)
    expect(Math.abs(cosine(a, toInt8(other)) - cosine(a, other))).toBeLessThan(maxChange)
  }
})

test('`toInt8` scales the largest component to ±127', () => {
  expect([...toInt8(Float32Array.of(0.001, -0.0005, 0))]).toEqual([127, -63, 0])
  expect([...toInt8(Float32Array.of(-8, 4, 0.01))]).toEqual([-127, 64, 0])
})

test('`cosine` does not depend on the length of the vectors', () => {
  expect(cosine(Float32Array.of(3, 0), Float32Array.of(5, 0))).toBe(1)
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 2))).toBe(0)
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(-2, 0))).toBe(-1)
})

test('`checkedVector` returns a vector of length 1 with the same direction', () => {
  expect([...checkedVector([3, 4])]).toEqual([Math.fround(0.6), Math.fround(0.8)])
  // The squares of these values underflow or overflow 32-bit floats.
  for (const extreme of [1e-30, 1e30]) expect([...checkedVector(Float32Array.of(extreme, 0))]).toEqual([1, 0])
})

test.each([
  [[], undefined, 'wrong_length'],
  [[1, 2], 3, 'wrong_length'],
  [[1, 2, 3], 2, 'wrong_length'],
  [[0, 0], 2, 'zero'],
  [[Number.NaN, 1], 2, 'not_finite'],
  [[1, Number.POSITIVE_INFINITY], 2, 'not_finite'],
] as const)('rejects %j as a vector of %s dimensions with the fault %s', (values, dimension, fault) => {
  expect(findVectorFault(values, dimension)).toBe(fault)
  expect(() => checkedVector(values, dimension)).toThrow(new VectorRefused(fault))
})
