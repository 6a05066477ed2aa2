import { setFlagsFromString } from 'node:v8'

/** The growth that starts a collection, in percent of the memory that was alive after the last full collection. */
const growthPercent = 40

/**
 * Makes V8 collect garbage when its old generation has grown by 40 %. By default it waits until the heap is
 * several times as large: 500 MiB for a process that needs 60 (docs/decisions/0017-heap.md). This changes only the
 * pace of collections; it does not limit the heap. Does nothing if the operator has configured the heap.
 * @param {string} [options] The options that Node was started with
 * @param {(flag: string) => void} [setFlag]
 */
export function growSlowly(
  options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '),
  setFlag = setFlagsFromString,
) {
  if (/--(max-old-space-size|max-heap-size|heap-growing-percent)/.test(options)) return
  setFlag(`--heap-growing-percent=${growthPercent}`)
}
