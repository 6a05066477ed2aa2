/**
 * The allowance of a turn. It is taken while the turn is being opened, so that it costs no wait of its own; which of the
 * two is over first does not matter, both are awaited. What did not become a turn is not charged, and what is not
 * allowed does not stay a turn.
 */
import { findDatabaseError } from '@/db/database-error'
import type { Needs } from '@/lib/context'
import type { MessageId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import type { CloseStream } from '@/lib/rate-limit/open-stream'
import { rateLimitHeaders, requireStream } from '@/lib/rate-limit/require-allowance'
import type { LostClaim, OpenTurn } from './open-turn'
import { takeBackTurn } from './take-back-turn'
import type { TurnRequest } from './turn-request'

type Needed = Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits' | 'hold' | 'log'>

/** What opening the turn came to, and headers that say how its user now stands; none where nothing was taken. */
export type AllowedTurn = {
  turn: OpenTurn | LostClaim
  rateLimit: Record<string, string>
  /** Called when the turn has ended. Until then it counts as one of the user's open streams. */
  closeStream: CloseStream
}

/**
 * Takes one turn from the user's allowance for the turn that is being opened as `answerId`. Throws what `opening` throws,
 * `rate_limited`, or `database_unavailable` where nobody could count. What was opened all the same is taken back, and the
 * same id can be sent again.
 */
export async function takeAllowance(
  context: Needed,
  request: TurnRequest,
  answerId: MessageId,
  opening: Promise<OpenTurn | LostClaim>,
): Promise<AllowedTurn> {
  const taking = requireStream(context, ['chat', 'chat-day'], context.userId)
  const [opened, taken] = await Promise.allSettled([opening, taking])
  const turn = opened.status === 'fulfilled' ? opened.value : null
  if (turn === null || typeof turn === 'string') {
    if (taken.status === 'fulfilled') context.hold(taken.value.giveBack())
    if (opened.status === 'rejected') {
      if (isUnknownOutcome(opened.reason)) context.hold(takeBack(context, request, answerId))
      throw opened.reason
    }
    return { turn: opened.value, rateLimit: {}, closeStream: () => undefined }
  }
  if (taken.status === 'fulfilled') {
    const { closeStream } = taken.value
    return { turn, rateLimit: rateLimitHeaders(taken.value), closeStream }
  }
  await takeBack(context, request, answerId)
  throw taken.reason
}

/** The statement may have been carried out although its answer did not come: then the row is there, with nobody to run it. */
const isUnknownOutcome = (error: unknown) => findDatabaseError(error)?.sqlState === null

/** A turn that cannot be taken back is not answered either: its lease runs out, and it is `interrupted`. */
async function takeBack(context: Needed, request: TurnRequest, answerId: MessageId): Promise<void> {
  try {
    await takeBackTurn(context, request, answerId)
  } catch (error) {
    context.log.error('refused turn not taken back', { turnId: request.turnId, error: describeError(error) })
  }
}
