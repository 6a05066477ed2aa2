const largest = 127

/**
 * A direction in one byte per dimension, a quarter of its size. The largest component becomes ±127 whatever it was, and
 * no scale is kept: cosine similarity does not see it. At 256 dimensions a similarity changes by less than 0.01.
 */
export function toInt8(vector: Float32Array): Int8Array {
  let most = 0
  for (const value of vector) most = Math.max(most, Math.abs(value))
  return Int8Array.from(vector, (value) => Math.round((value / most) * largest))
}

/** The cosine similarity, -1 to 1, of two vectors of one length; neither need be of length 1. NaN where one is zero. */
export function cosine(a: Float32Array | Int8Array, b: Float32Array | Int8Array): number {
  let [product, ofA, ofB] = [0, 0, 0]
  for (let index = 0; index < a.length; index++) {
    // Undefined never happens within the length; a `?? 0` here doubles the time of a scan.
    const x = a[index] as number
    const y = b[index] as number
    product += x * y
    ofA += x * x
    ofB += y * y
  }
  return product / Math.sqrt(ofA * ofB)
}
