import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Asks V8 for a full garbage collection. V8 collects when a process allocates, so a process that has just dropped hundreds of
 * megabytes and is idle would keep them. A collection can take 100 ms, so this is for rare events only.
 */
export function collectGarbage() {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  collect({ type: 'major', execution: 'async' })
}
