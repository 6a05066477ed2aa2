import type { Needs } from '@/lib/context'
import { describeError } from '@/lib/log'
import type { TurnStream } from './turn-stream'

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
