/**
 * A turn whose process died is ended by whoever comes first: the next read of its conversation, the next send to it, a
 * sweep every few seconds in processes that live long, or a cron route where none do. All of them run this one guarded
 * update, judged by the database's clock, so it does not matter how many come at once.
 */
import { type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { ConversationId, UserId } from '@/lib/ids'
import type { TurnRun } from './turn-log'

/** Ends the dead turn of one conversation, if there is one. Says whether there was. */
export async function recoverConversation(
  { db, userId }: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<boolean> {
  const ended = await endTurns(db, sql`${isDead} and user_id = ${userId} and conversation_id = ${conversationId}`)
  return ended.length > 0
}

/** Ends the dead turns of everybody. Says how many there were. */
export async function recoverAllTurns({ db }: Needs<'db'>): Promise<number> {
  return (await endTurns(db, isDead)).length
}

/**
 * Ends the running turns of these conversations as `stopped`, whether or not their processes are alive, and returns the
 * runs that were ended. A process that still runs one finds no row under its fence at its next checkpoint.
 */
export function stopTurns(
  { db }: Needs<'db'>,
  userId: UserId,
  conversationIds: readonly ConversationId[],
): Promise<TurnRun[]> {
  const ids = JSON.stringify(conversationIds)
  return endTurns(
    db,
    sql`user_id = ${userId} and conversation_id in (select jsonb_array_elements_text(${ids}::jsonb)::uuid)`,
    sql`'stopped'`,
  )
}

const isDead = sql`lease_expires_at < now()`

/**
 * What the turn had saved stays. The new fence keeps a process that was only slow, and comes back, from writing over it.
 * A turn that somebody had asked to stop is stopped and not interrupted. Tokens are estimated from the stored JSON, which
 * is a little more than the text: on the safe side.
 */
async function endTurns(
  db: Needs<'db'>['db'],
  which: SQL,
  status: SQL = sql`case when stop_requested then 'stopped' else 'interrupted' end`,
): Promise<TurnRun[]> {
  const result = await db.execute(sql`
    with ended as (
      update message set status = ${status}, fence = fence + 1,
        lease_expires_at = null, context_tokens = context_tokens + ceil(octet_length(parts::text) / 3.0)::int
      where status = 'streaming' and ${which}
      returning user_id, id, fence, turn_id, model, status, created_at
    ),
    recorded as (
      insert into usage (user_id, turn_id, model, outcome, duration_ms)
      -- An answer that an approval took up again may be older than an integer has milliseconds.
      select user_id, turn_id, coalesce(model, ''), status, least(extract(epoch from now() - created_at) * 1000, 2147483647)::int from ended
      on conflict do nothing
    )
    select id as "answerId", fence - 1 as fence from ended`)
  return rowsOf<TurnRun>(result)
}
