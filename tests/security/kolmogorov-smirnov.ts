/**
 * Returns the probability that two samples of one distribution differ by at least as much as these. Uses
 * the two-sample Kolmogorov–Smirnov test, in its asymptotic series with Stephens's correction, which is
 * accurate from a few dozen values on.
 */
export function sameDistribution(one: readonly number[], other: readonly number[]): number {
  const distance = largestGap(one.toSorted(ascending), other.toSorted(ascending))
  const size = Math.sqrt((one.length * other.length) / (one.length + other.length))
  const lambda = (size + 0.12 + 0.11 / size) * distance
  // For a small lambda the probability is 1, but the series does not converge.
  if (lambda < 0.2) return 1
  const terms = Array.from({ length: 100 }, (_, index) => (-1) ** index * Math.exp(-2 * ((index + 1) * lambda) ** 2))
  return Math.min(1, Math.max(0, 2 * terms.reduce((sum, term) => sum + term, 0)))
}

/** Returns the largest difference between the two empirical distribution functions. */
function largestGap(one: readonly number[], other: readonly number[]): number {
  let [at, otherAt, gap] = [0, 0, 0]
  while (at < one.length && otherAt < other.length) {
    const value = Math.min(one[at] ?? 0, other[otherAt] ?? 0)
    while (at < one.length && one[at] === value) at += 1
    while (otherAt < other.length && other[otherAt] === value) otherAt += 1
    gap = Math.max(gap, Math.abs(at / one.length - otherAt / other.length))
  }
  return gap
}

const ascending = (a: number, b: number) => a - b
