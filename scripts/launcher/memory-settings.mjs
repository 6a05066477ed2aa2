/** MiB of each half of V8's young generation; by itself it takes 64 on a large machine (docs/decisions/0017-heap.md). */
const semiSpaceMiB = 16

/** How many pools glibc's malloc may have; by itself it takes eight for each core, and each keeps what was freed in it. */
const mallocArenas = 2

/**
 * The part of an app process's environment that keeps it small: what its operator gave, and ours where that says nothing.
 * @param {Record<string, string | undefined>} [given]
 */
export function memorySettings({ NODE_OPTIONS = '', MALLOC_ARENA_MAX = String(mallocArenas) } = {}) {
  if (NODE_OPTIONS.includes('--max-semi-space-size')) return { NODE_OPTIONS, MALLOC_ARENA_MAX }
  return { NODE_OPTIONS: `${NODE_OPTIONS} --max-semi-space-size=${semiSpaceMiB}`.trim(), MALLOC_ARENA_MAX }
}
