import type { Needs } from '@/lib/context'
import { describeError } from '@/lib/log'
import type { TurnStream } from './turn-stream'

/** A call without a session should end within a second. */
const lookOftenMs = 750

/**
 * Ends a reader's stream and aborts `signedOut` soon after the session or key of a request is gone, e.g. with its
 * account. For answers that are not stored and therefore belong to the request. Call `end` when the answer is over.
 */
export function watchSignIn(
  { isSignedIn, log }: Needs<'isSignedIn' | 'log'>,
  stream: TurnStream,
): { signedOut: AbortSignal; end: () => void } {
  const signedOut = new AbortController()
  const look = async () => {
    try {
      if (await isSignedIn()) return
      signedOut.abort()
      stream.abandon()
    } catch (error) {
      log.info('session not looked at', { error: describeError(error) })
    }
  }
  const timer = setInterval(look, lookOftenMs)
  return { signedOut: signedOut.signal, end: () => clearInterval(timer) }
}

/** Most answers are over before the first look, and cost none. */
const lookEveryMs = 3_000

/**
 * Ends a reader's stream soon after the session it came with is gone: signed out, revoked, its account deleted. The turn
 * runs on; it belongs to the user and not to the session. A look that fails says nothing about the session.
 */
export function endWhenSignedOut({ isSignedIn, log }: Needs<'isSignedIn' | 'log'>, stream: TurnStream): void {
  const look = async () => {
    try {
      if (!(await isSignedIn())) stream.abandon()
    } catch (error) {
      log.info('session not looked at', { error: describeError(error) })
    }
    if (!stream.closed.aborted) schedule()
  }
  const schedule = () => {
    const timer = setTimeout(look, lookEveryMs)
    stream.closed.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  schedule()
}
