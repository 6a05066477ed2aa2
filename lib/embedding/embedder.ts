/** Turns texts into vectors whose cosine says how near their meanings are. */
export type Embedder = {
  /** Names the model and every setting that changes its vectors: vectors of two ids are never compared. */
  id: string
  /** Length of its vectors, where that is known before the first call. */
  dimension?: number
  /** Cosine similarity from which two questions may mean the same; every model has a scale of its own. */
  similarityThreshold: number
  /** Loads what has to be loaded, so that the first turn does not; rejects with a message made for the operator. */
  load?: () => Promise<void>
  /**
   * One unit vector per text, in their order. Rejects with `VectorRefused` for what is no direction, with the signal's
   * reason when it fires, and with what the model's package says otherwise.
   */
  embed: (texts: readonly string[], options?: EmbedOptions) => Promise<readonly Float32Array[]>
}

export type EmbedOptions = {
  signal?: AbortSignal
  /** Told how many input tokens were paid for, where the API says it. */
  onTokens?: (inputTokens: number) => void
}

/** Why a vector is none: vector sets store NaN and zero without a word, and then say 0.5 for everything. */
export type VectorFault = 'not_finite' | 'zero' | 'wrong_length'

export class VectorRefused extends Error {
  override name = 'VectorRefused'
  readonly fault: VectorFault
  constructor(fault: VectorFault) {
    super(fault)
    this.fault = fault
  }
}

/** What is wrong with a vector, or null. Without `dimension` every length but 0 is right. */
export function findVectorFault(vector: ArrayLike<number>, dimension?: number): VectorFault | null {
  if (vector.length === 0 || (dimension !== undefined && vector.length !== dimension)) return 'wrong_length'
  const norm = euclideanNorm(vector)
  if (!Number.isFinite(norm)) return 'not_finite'
  return norm === 0 ? 'zero' : null
}

/** The vector's direction as a new vector of length 1. Throws `VectorRefused`. */
export function checkedVector(vector: ArrayLike<number>, dimension?: number): Float32Array {
  const fault = findVectorFault(vector, dimension)
  if (fault) throw new VectorRefused(fault)
  const norm = euclideanNorm(vector)
  return Float32Array.from(vector, (value) => value / norm)
}

/** In doubles: the squares of finite 32-bit floats do not overflow there. */
function euclideanNorm(vector: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < vector.length; index++) sum += Number(vector[index]) ** 2
  return Math.sqrt(sum)
}

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
