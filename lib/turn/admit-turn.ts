/**
 * Admission of a turn: the rate limit is consumed while the turn is being opened, so it adds no latency. The two may
 * finish in either order, and both are awaited. A turn that could not be opened is not charged, and a turn over the
 * limit is withdrawn.
 */

import { sql } from 'drizzle-orm'
import { findDatabaseError } from '@/db/database-error'
import { countRows } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { MessageId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import type { CloseStream } from '@/lib/rate-limit/open-stream'
import { rateLimitHeaders, requireStream } from '@/lib/rate-limit/require-rate-limit'
import type { LostClaim, OpenTurn } from './open-turn'
import type { TurnRequest } from './turn-request'

type AdmissionNeeds = Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits' | 'waitUntil' | 'log'>

/** The opened turn, or the lost claim, with the rate limit headers. There are no headers if nothing was charged. */
type AdmittedTurn = {
  turn: OpenTurn | LostClaim
  rateLimit: Record<string, string>
  /** Must be called when the turn has ended. Until then the turn counts as one of the user's open streams. */
  closeStream: CloseStream
}

/**
 * Charges one turn to the user's rate limit while `opening` creates the turn with the answer `answerId`. Throws the
 * error of `opening`, `rate_limited`, or `database_unavailable` if the limit could not be counted. In the last two
 * cases the opened turn is withdrawn, so the client can send the same id again.
 */
export async function admitTurn(
  context: AdmissionNeeds,
  request: TurnRequest,
  answerId: MessageId,
  opening: Promise<OpenTurn | LostClaim>,
): Promise<AdmittedTurn> {
  const consuming = requireStream(context, ['chat', 'chat-day'], context.userId)
  const [opened, consumed] = await Promise.allSettled([opening, consuming])
  const turn = opened.status === 'fulfilled' ? opened.value : null
  if (turn === null || typeof turn === 'string') {
    if (consumed.status === 'fulfilled') context.waitUntil(consumed.value.refund())
    if (opened.status === 'rejected') {
      if (isUnknownOutcome(opened.reason)) context.waitUntil(tryWithdrawTurn(context, request, answerId))
      throw opened.reason
    }
    return { turn: opened.value, rateLimit: {}, closeStream: () => undefined }
  }
  if (consumed.status === 'fulfilled') {
    const { closeStream } = consumed.value
    return { turn, rateLimit: rateLimitHeaders(consumed.value), closeStream }
  }
  await tryWithdrawTurn(context, request, answerId)
  throw consumed.reason
}

/**
 * Whether the opening statement may have been committed despite the error. Its turn would have no process to run it.
 */
const isUnknownOutcome = (error: unknown) => findDatabaseError(error)?.sqlState === null

/**
 * Never rejects. A turn that cannot be withdrawn is not answered either: its lease will expire and it becomes
 * `interrupted`.
 */
async function tryWithdrawTurn(context: AdmissionNeeds, request: TurnRequest, answerId: MessageId): Promise<void> {
  try {
    await withdrawTurn(context, request, answerId)
  } catch (error) {
    context.log.error('turn not withdrawn', { turnId: request.turnId, error: describeError(error) })
  }
}

/**
 * Reverts `openTurn` as if the turn had never been sent: deletes its messages and restores the conversation's last
 * sequence number, leaf and time. If all sequence numbers of the conversation belong to this turn, the turn has
 * created it, and the conversation is deleted as well. Returns false and changes nothing if the turn no longer runs.
 *
 * The conversation must be locked before the messages, in the same order as a send does it. A concurrent send holds
 * the conversation while it waits for the running turn, so the opposite order would deadlock. `updated_at` becomes
 * the time of the newest remaining message, because the opening statement sets both. `previous_leaf_id` is only
 * meaningful within that statement and is not restored.
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
  return countRows(result) === 1
}
