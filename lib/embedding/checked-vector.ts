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
