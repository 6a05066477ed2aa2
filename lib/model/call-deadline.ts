/** All values are milliseconds. */
export type ModelTimeouts = {
  /** From the call to its first output, including retries. */
  firstChunkMs: number
  /** Between two outputs. */
  chunkMs: number
  totalMs: number
}

export const defaultTimeouts: Readonly<ModelTimeouts> = Object.freeze({
  firstChunkMs: 20_000,
  chunkMs: 20_000,
  totalMs: 120_000,
})

/** A signal that ends a call on a timeout, on an abort by the caller, or on `close`. */
export type CallDeadline = {
  signal: AbortSignal
  /** Whether a timeout ended the call. */
  timedOut: () => boolean
  /** Must be called on every output of the model. Restarts the time to the next output. */
  progress: () => void
  /** Clears the timers and aborts the call if it is still running. */
  close: () => void
}

/**
 * Combines the timeouts and the caller's signal into one signal. `AbortSignal.timeout` is not used because it cannot be
 * cleared: each signal would keep its call in memory for the full two minutes.
 */
export function openDeadline(caller: AbortSignal, timeouts: Readonly<ModelTimeouts>): CallDeadline {
  const controller = new AbortController()
  let timedOut = false
  const expire = () => {
    if (controller.signal.aborted) return
    timedOut = true
    controller.abort(new DOMException('The model took too long.', 'TimeoutError'))
  }
  const abort = () => controller.abort(caller.reason)
  let chunkTimer = setTimeout(expire, timeouts.firstChunkMs)
  const totalTimer = setTimeout(expire, timeouts.totalMs)
  let started = false
  caller.addEventListener('abort', abort, { once: true })
  if (caller.aborted) abort()
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    progress: () => {
      if (started) {
        chunkTimer.refresh()
        return
      }
      started = true
      clearTimeout(chunkTimer)
      chunkTimer = setTimeout(expire, timeouts.chunkMs)
    },
    close: () => {
      clearTimeout(chunkTimer)
      clearTimeout(totalTimer)
      caller.removeEventListener('abort', abort)
      controller.abort()
    },
  }
}
