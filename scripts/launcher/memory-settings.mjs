/**
 * MiB of each half of V8's young generation. V8's own default is 64 on a large machine (docs/decisions/0017-heap.md).
 */
const semiSpaceMiB = 16

/**
 * Number of arenas of glibc's malloc. Its default is eight per core, and each arena
 * retains memory that was freed in it.
 */
const mallocArenas = 2

/**
 * Size in bytes from which glibc's malloc maps a buffer separately and unmaps it when it is freed. By default malloc
 * raises this threshold to up to 32 MiB, and would then retain the buffers of large responses.
 */
const mappedBytes = 256 * 1024

/**
 * Returns the environment variables that keep an app process small. Variables that the
 * operator has set take precedence.
 * @param {Record<string, string | undefined>} [given]
 */
export function memorySettings({
  NODE_OPTIONS = '',
  MALLOC_ARENA_MAX = String(mallocArenas),
  MALLOC_MMAP_THRESHOLD_ = String(mappedBytes),
} = {}) {
  const options = NODE_OPTIONS.includes('--max-semi-space-size')
    ? NODE_OPTIONS
    : `${NODE_OPTIONS} --max-semi-space-size=${semiSpaceMiB}`.trim()
  return { NODE_OPTIONS: options, MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_ }
}
