/** Converts texts to vectors whose cosine similarity measures how similar their meanings are. */
export type Embedder = {
  /** Identifies the model and every setting that changes its vectors. Vectors of two ids must not be compared. */
  id: string
  /** The length of the vectors, if it is known before the first call. */
  dimension?: number
  /** The cosine similarity from which two questions may have the same meaning. Every model has its own scale. */
  similarityThreshold: number
  /** Loads the model, so that the first turn does not have to wait. Rejects with a message for the operator. */
  load?: () => Promise<void>
  /**
   * Returns one unit vector per text, in the same order. Rejects with `VectorRefused` for an invalid vector, with the
   * reason of the signal if it aborts, and otherwise with the error of the model's package.
   */
  embed: (texts: readonly string[], options?: EmbedOptions) => Promise<readonly Float32Array[]>
}

export type EmbedOptions = {
  signal?: AbortSignal
  /** Called with the number of billed input tokens, if the API reports it. */
  onTokens?: (inputTokens: number) => void
}

/** Why a vector is invalid. Redis accepts NaN and zero in a vector set and then returns a similarity of 0.5 for all. */
export type VectorFault = 'not_finite' | 'zero' | 'wrong_length'

export class VectorRefused extends Error {
  override name = 'VectorRefused'
  readonly fault: VectorFault
  constructor(fault: VectorFault) {
    super(fault)
    this.fault = fault
  }
}

/** Returns what is wrong with a vector, or null. Without `dimension`, every length except 0 is valid. */
export function findVectorFault(vector: ArrayLike<number>, dimension?: number): VectorFault | null {
  if (vector.length === 0 || (dimension !== undefined && vector.length !== dimension)) return 'wrong_length'
  const norm = euclideanNorm(vector)
  if (!Number.isFinite(norm)) return 'not_finite'
  return norm === 0 ? 'zero' : null
}

/** Returns a new vector of length 1 with the same direction. Throws `VectorRefused` if the vector is invalid. */
export function checkedVector(vector: ArrayLike<number>, dimension?: number): Float32Array {
  const fault = findVectorFault(vector, dimension)
  if (fault) throw new VectorRefused(fault)
  const norm = euclideanNorm(vector)
  return Float32Array.from(vector, (value) => value / norm)
}

/** Sums in doubles, because the squares of finite 32-bit floats cannot overflow them. */
function euclideanNorm(vector: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < vector.length; index++) sum += Number(vector[index]) ** 2
  return Math.sqrt(sum)
}

const maxInt8 = 127

/**
 * Quantizes a direction to one byte per dimension, a quarter of its size. The largest component always becomes ±127.
 * The scale is not stored, because cosine similarity does not depend on it. At 256 dimensions a similarity changes by
 * less than 0.01.
 */
export function toInt8(vector: Float32Array): Int8Array {
  let max = 0
  for (const value of vector) max = Math.max(max, Math.abs(value))
  return Int8Array.from(vector, (value) => Math.round((value / max) * maxInt8))
}

/** Returns the cosine similarity, -1 to 1, of two vectors of the same dimension and any length. NaN if one is zero. */
export function cosine(a: Float32Array | Int8Array, b: Float32Array | Int8Array): number {
  let [product, squaresOfA, squaresOfB] = [0, 0, 0]
  for (let index = 0; index < a.length; index++) {
    // The index is always in range. A `?? 0` here would double the time of a scan.
    const x = a[index] as number
    const y = b[index] as number
    product += x * y
    squaresOfA += x * x
    squaresOfB += y * y
  }
  return product / Math.sqrt(squaresOfA * squaresOfB)
}
