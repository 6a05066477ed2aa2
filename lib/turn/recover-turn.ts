/**
 * A turn whose process died is ended by whoever comes first: the next read of its conversation, the next send to it, a
 * sweep every few seconds in processes that live long, or a cron route where none do. All of them run this one guarded
 * update, judged by the database's clock, so it does not matter how many come at once.
 */
import { type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { ConversationId } from '@/lib/ids'

/** Ends the dead turn of one conversation, if there is one. Says whether there was. */
export async function recoverConversation(
  { db, userId }: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<boolean> {
  return (await endDeadTurns(db, sql`and user_id = ${userId} and conversation_id = ${conversationId}`)) > 0
}

/** Ends the dead turns of everybody. Says how many there were. */
export function recoverAllTurns({ db }: Needs<'db'>): Promise<number> {
  return endDeadTurns(db, sql``)
}

/**
 * What the turn had saved stays. The new fence keeps a process that was only slow, and comes back, from writing over it.
 * A turn that somebody had asked to stop is stopped and not interrupted. Tokens are estimated from the stored JSON, which
 * is a little more than the text: on the safe side.
 */
async function endDeadTurns(db: Needs<'db'>['db'], scope: SQL): Promise<number> {
  const result = await db.execute(sql`
    with ended as (
      update message set status = case when stop_requested then 'stopped' else 'interrupted' end, fence = fence + 1,
        lease_expires_at = null, context_tokens = context_tokens + ceil(octet_length(parts::text) / 3.0)::int
      where status = 'streaming' and lease_expires_at < now() ${scope}
      returning user_id, turn_id, model, status, created_at
    ),
    recorded as (
      insert into usage (user_id, turn_id, model, outcome, duration_ms)
      -- An answer that an approval took up again may be older than an integer has milliseconds.
      select user_id, turn_id, coalesce(model, ''), status, least(extract(epoch from now() - created_at) * 1000, 2147483647)::int from ended
      on conflict do nothing
    )
    select turn_id from ended`)
  return rowsOf(result).length
}
