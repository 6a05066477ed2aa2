import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { MessageId } from '@/lib/ids'
import type { TurnRequest } from './turn-request'

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
export async function takeBackTurn(
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
