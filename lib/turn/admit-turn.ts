/**
 * The allowance of a turn. It is taken while the turn is being opened, so that it costs no wait of its own; which of the
 * two is over first does not matter, both are awaited. What did not become a turn is not charged, and what is not
 * allowed does not stay a turn.
 */

import { sql } from 'drizzle-orm'
import { findDatabaseError } from '@/db/database-error'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { MessageId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import type { CloseStream } from '@/lib/rate-limit/open-stream'
import { rateLimitHeaders, requireStream } from '@/lib/rate-limit/require-rate-limit'
import type { LostClaim, OpenTurn } from './open-turn'
import type { TurnRequest } from './turn-request'

type Needed = Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits' | 'waitUntil' | 'log'>

/** What opening the turn came to, and headers that say how its user now stands; none where nothing was taken. */
type AllowedTurn = {
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
export async function admitTurn(
  context: Needed,
  request: TurnRequest,
  answerId: MessageId,
  opening: Promise<OpenTurn | LostClaim>,
): Promise<AllowedTurn> {
  const taking = requireStream(context, ['chat', 'chat-day'], context.userId)
  const [opened, taken] = await Promise.allSettled([opening, taking])
  const turn = opened.status === 'fulfilled' ? opened.value : null
  if (turn === null || typeof turn === 'string') {
    if (taken.status === 'fulfilled') context.waitUntil(taken.value.giveBack())
    if (opened.status === 'rejected') {
      if (isUnknownOutcome(opened.reason)) context.waitUntil(takeBack(context, request, answerId))
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
    await withdrawTurn(context, request, answerId)
  } catch (error) {
    context.log.error('refused turn not taken back', { turnId: request.turnId, error: describeError(error) })
  }
}

/**
 * Undoes `openTurn`, as if the turn had never been sent: its rows go, the conversation has its number, leaf and time
 * back, and goes too if this very turn had made it (all the numbers it ever gave out are this turn's). False, and nothing
 * is touched, if the turn no longer runs: whoever ended it was there first.
 *
 * The conversation is locked before the messages, as a send does it: a send that waits for this one's running turn holds
 * the conversation, and the other order would have each wait for the other. `updated_at` is that of the newest message
 * left, since both are set in the statement that opens a turn. `previous_leaf_id` means something within that statement
 * only, and stays.
 */
export async function withdrawTurn(
  { db, userId }: Needs<'db' | 'userId'>,
  { conversationId, turnId }: Pick<TurnRequest, 'conversationId' | 'turnId'>,
  answerId: MessageId,
): Promise<boolean> {
  const result = await db.execute(sql`
    with held as materialized (
      select last_seq from conversation where user_id = ${userId} and id = ${conversationId} for update
    ),
    running as (
      select m.id, m.seq, held.last_seq from held, message m
      where m.user_id = ${userId} and m.id = ${answerId} and m.turn_id = ${turnId} and m.status = 'streaming'
      for update of m
    ),
    gone as (
      delete from message where user_id = ${userId} and turn_id = ${turnId} and exists (select from running)
      returning id
    ),
    numbers as (select count(*)::int as taken from gone),
    unmade as (
      delete from conversation using numbers, running
      where user_id = ${userId} and conversation.id = ${conversationId} and conversation.last_seq = numbers.taken
      returning conversation.id
    ),
    restored as (
      update conversation set
        last_seq = conversation.last_seq - case when conversation.last_seq = running.seq then numbers.taken else 0 end,
        active_leaf_id = case when active_leaf_id = running.id then previous_leaf_id else active_leaf_id end,
        updated_at = coalesce(
          (select created_at from message where user_id = ${userId} and conversation_id = ${conversationId}
            and turn_id <> ${turnId} order by seq desc limit 1), updated_at)
      from numbers, running
      where user_id = ${userId} and conversation.id = ${conversationId} and conversation.last_seq > numbers.taken
    )
    select id from running`)
  return rowsOf(result).length === 1
}
