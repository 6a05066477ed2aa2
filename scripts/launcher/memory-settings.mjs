/** MiB of each half of V8's young generation; by itself it takes 64 on a large machine (docs/decisions/0017-heap.md). */
const semiSpaceMiB = 16

/** How many pools glibc's malloc may have; by itself it takes eight for each core, and each keeps what was freed in it. */
const mallocArenas = 2

/**
 * Bytes from which glibc's malloc maps a buffer by itself and unmaps it when it is freed. By itself it raises this limit to
 * 32 MiB, and keeps the buffers of large responses that are gone.
 */
const mappedBytes = 256 * 1024

/**
 * The part of an app process's environment that keeps it small: what its operator gave, and ours where that says nothing.
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
