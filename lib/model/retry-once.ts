import { setTimeout as pause } from 'node:timers/promises'
import { retryAfterSeconds } from './retry-after'

const pauseMs = 500
/** Somebody is watching an empty answer: who is asked to wait longer is better told so at once. */
const longestPauseMs = 5000

/**
 * Opens a stream, and a second time if the first was refused by a provider that may answer on a second try. Once a
 * stream is open it is never tried again: its first token may be on the screen. The SDK's own retries would wait as
 * long as the provider says, up to a minute. Throws what the last try threw, or the signal's reason.
 */
export async function retryOnce<Stream>(open: () => PromiseLike<Stream>, signal: AbortSignal): Promise<Stream> {
  try {
    return await open()
  } catch (error) {
    const waitMs = waitBeforeRetry(error)
    if (waitMs === null || waitMs > longestPauseMs || signal.aborted) throw error
    await pause(waitMs, undefined, { signal })
    return await open()
  }
}

/** Null for an error that a second try cannot mend. Every provider's error class marks those that it can. */
function waitBeforeRetry(error: unknown): number | null {
  if (!(error instanceof Error) || !('isRetryable' in error) || error.isRetryable !== true) return null
  const refusal = 'responseHeaders' in error ? error : error.cause
  const headers = refusal instanceof Error && 'responseHeaders' in refusal ? refusal.responseHeaders : undefined
  const seconds = retryAfterSeconds((headers ?? {}) as Record<string, string>)
  return seconds === null ? pauseMs : seconds * 1000
}
