/** MiB of each half of V8's young generation; by itself it takes 64 on a large machine (docs/decisions/0017-heap.md). */
const semiSpaceMiB = 16

/**
 * NODE_OPTIONS for an app process: what the operator gave, and a smaller young generation unless that says one.
 * @param {string} [given]
 */
export function nodeOptions(given = '') {
  if (given.includes('--max-semi-space-size')) return given
  return `${given} --max-semi-space-size=${semiSpaceMiB}`.trim()
}
