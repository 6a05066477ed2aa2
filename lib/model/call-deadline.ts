/** All values are milliseconds. */
export type ModelTimeouts = {
  /** From the call to its first output, all tries together. */
  firstChunkMs: number
  /** From one output to the next. */
  chunkMs: number
  /** The whole call. */
  totalMs: number
}

export const defaultTimeouts: Readonly<ModelTimeouts> = Object.freeze({
  firstChunkMs: 20_000,
  chunkMs: 20_000,
  totalMs: 120_000,
})

/** The one signal that ends a call, whoever wants it ended. */
export type CallDeadline = {
  signal: AbortSignal
  /** Whether it was a timeout that ended the call. */
  timedOut: () => boolean
  /** The model has put out something: the time to the next output begins. */
  progress: () => void
  /** Ends the call if it still runs, and the timers. */
  close: () => void
}

/**
 * Three timers and the caller's signal become one signal. Own timers and not `AbortSignal.timeout`: those cannot be
 * cleared, and each would hold on to its call for the full two minutes.
 */
export function openDeadline(caller: AbortSignal, timeouts: Readonly<ModelTimeouts>): CallDeadline {
  const controller = new AbortController()
  let timedOut = false
  const expire = () => {
    if (controller.signal.aborted) return
    timedOut = true
    controller.abort(new DOMException('The model took too long.', 'TimeoutError'))
  }
  const stop = () => controller.abort(caller.reason)
  let between = setTimeout(expire, timeouts.firstChunkMs)
  const total = setTimeout(expire, timeouts.totalMs)
  let started = false
  caller.addEventListener('abort', stop, { once: true })
  if (caller.aborted) stop()
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    progress: () => {
      if (started) {
        between.refresh()
        return
      }
      started = true
      clearTimeout(between)
      between = setTimeout(expire, timeouts.chunkMs)
    },
    close: () => {
      clearTimeout(between)
      clearTimeout(total)
      caller.removeEventListener('abort', stop)
      controller.abort()
    },
  }
}
