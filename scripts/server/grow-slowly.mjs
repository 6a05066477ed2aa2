import { setFlagsFromString } from 'node:v8'

/** Of what was alive after the last full collection. */
const growthPercent = 40

/**
 * Has V8 look for garbage once its old generation has grown by two fifths: left to itself it waits until it is several
 * times as large, which is 500 MiB for the 60 that a process needs (docs/decisions/0017-heap.md). It is a pace and not a
 * limit: what is needed is had. Not where the operator has given the heap a size.
 * @param {string} [options] how Node was started
 * @param {(flag: string) => void} [setFlag]
 */
export function growSlowly(
  options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '),
  setFlag = setFlagsFromString,
) {
  if (/--(max-old-space-size|max-heap-size|heap-growing-percent)/.test(options)) return
  setFlag(`--heap-growing-percent=${growthPercent}`)
}
