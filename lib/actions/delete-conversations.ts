/**
 * Deletes conversations. One transaction marks them as deleted, ends their running turns, and withdraws the answers
 * that they have put into the answer cache or are about to put there. If a process dies, it has done all of this or
 * nothing. docs/decisions/0033-deletion-wins-over-a-running-answer.md lists the interleavings.
 */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedJson, storedText } from '@/db/rows'
import type { CacheEntryRef } from '@/db/schema/message'
import { countCacheEvents } from '@/lib/answer-cache/cache-counters'
import {
  forgetEmbeddings,
  type WithdrawnAnswer,
  withdrawAnswers,
  withdrawWhenReachable,
} from '@/lib/answer-cache/forget-answers'
import type { Needs } from '@/lib/context'
import type { DeletedConversations } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { ConversationId } from '@/lib/ids'
import { discardLogs } from '@/lib/stream/invalidate-log'
import { sendSignal } from '@/lib/stream/signal'
import { stopTurns, type TurnRun, turnLog, turnRun } from '@/lib/turn/turn-lease'

type DeletionNeeds = Needs<'db' | 'redis' | 'keys' | 'userId' | 'embedder' | 'now'>

/** A user's own answers stay in the cache for an hour, and a turn lasts minutes, so older answers have expired. */
const cachedHours = 2

/** The number of questions whose cached vectors one deletion removes. Other vectors expire. */
const maxQuestions = 1_000

/**
 * Deletes a conversation. It can be restored for a short while, but is not cached again. Throws `not_found`.
 */
export async function deleteConversation(context: DeletionNeeds, id: ConversationId): Promise<void> {
  const { count } = await remove(context, sql`id = ${id}`, false)
  if (count === 0) throw new AppError('not_found')
}

/**
 * Deletes all conversations of a user, or only the archived or unarchived ones. Makes the whole answer cache of the
 * user unreachable.
 */
export async function deleteAllConversations(
  context: DeletionNeeds,
  { archived }: { archived?: boolean | undefined },
): Promise<DeletedConversations> {
  return remove(context, archived === undefined ? sql`true` : sql`archived = ${archived}`, true)
}

/** Pass `forgetAll` to make the user's entire private cache unreachable, even if Redis confirms every withdrawal. */
async function remove(context: DeletionNeeds, condition: SQL, forgetAll: boolean): Promise<DeletedConversations> {
  const { userId } = context
  const { deleted, running, unconfirmed } = await context.db.transaction(async (db) => {
    const inTransaction = { ...context, db }
    const deleted = await markDeleted(inTransaction, condition)
    if (deleted.ids.length === 0) return { deleted, running: [], unconfirmed: [] }
    // From here on no turn can open or close, because each must lock its conversation or its own row.
    const running = await stopTurns({ db }, userId, deleted.ids)
    const answers = await listAnswers(inTransaction, deleted.recentIds)
    const unconfirmed = await forget(inTransaction, deleted.ids, running, answers)
    if (forgetAll || unconfirmed.length > 0)
      await db.execute(sql`update "user" set cache_epoch = cache_epoch + 1 where id = ${userId}`)
    return { deleted, running, unconfirmed }
  })
  // Not awaited, because the new epoch already makes the user's own cache unreachable.
  if (unconfirmed.length > 0) void withdrawWhenReachable(context, unconfirmed)
  await Promise.all(running.map((run) => sendSignal(context.redis, turnLog(context, run), 'stop')))
  return { count: deleted.ids.length, deletedAt: deleted.at }
}

type Deleted = { ids: ConversationId[]; recentIds: ConversationId[]; at: string | null }

const deletedRow = z.object({ id: storedText<ConversationId>(), at: z.string(), isRecent: z.boolean() })

/** Locks the conversations in a fixed order, so that two concurrent deletions do not deadlock. */
async function markDeleted({ db, userId }: Needs<'db' | 'userId'>, condition: SQL): Promise<Deleted> {
  const result = await db.execute(sql`
    with held as materialized (
      select id from conversation where user_id = ${userId} and deleted_at is null and ${condition} order by id for update
    )
    update conversation set deleted_at = now() from held
    where conversation.user_id = ${userId} and conversation.id = held.id
    returning conversation.id, to_json(deleted_at) #>> '{}' as at,
      updated_at > now() - make_interval(hours => ${cachedHours}) as "isRecent"`)
  const rows = rowsOf(result, deletedRow)
  return {
    ids: rows.map(({ id }) => id),
    recentIds: rows.filter(({ isRecent }) => isRecent).map(({ id }) => id),
    at: rows[0] ? new Date(rows[0].at).toISOString() : null,
  }
}

/** An answer whose log or cache entry may still be in Redis. `ref` is null if it put nothing into the cache. */
const recentAnswer = z.object({ ...turnRun.shape, ref: storedJson<CacheEntryRef>().nullable() })
type RecentAnswer = z.output<typeof recentAnswer>

async function listAnswers(
  { db, userId }: Needs<'db' | 'userId'>,
  ids: readonly ConversationId[],
): Promise<RecentAnswer[]> {
  if (ids.length === 0) return []
  // An answer that came from the cache was stored there by another conversation.
  const result = await db.execute(sql`
    select id as "answerId", fence, case when cache ->> 'status' <> 'hit' then cache_entry end as ref from message
    where user_id = ${userId} and ${inConversations(ids)} and role = 'assistant'
      and created_at > now() - make_interval(hours => ${cachedHours})`)
  return rowsOf(result, recentAnswer)
}

const questionRow = z.object({ texts: z.array(z.string()) })

/** Returns the texts of the newest questions, in the form in which the cache looks them up. */
async function listQuestions(
  { db, userId }: Needs<'db' | 'userId'>,
  ids: readonly ConversationId[],
): Promise<string[]> {
  const result = await db.execute(sql`
    select jsonb_path_query_array(parts, '$[*] ? (@.type == "text").text') as texts from message
    where user_id = ${userId} and ${inConversations(ids)} and role = 'user' order by created_at desc limit ${maxQuestions}`)
  return rowsOf(result, questionRow).map(({ texts }) => texts.join('\n'))
}

const inConversations = (ids: readonly ConversationId[]) =>
  sql`conversation_id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`

/** Deletes the data of these conversations from Redis. Returns the answers that may still be found there. */
async function forget(
  context: DeletionNeeds,
  ids: readonly ConversationId[],
  running: readonly TurnRun[],
  answers: readonly RecentAnswer[],
): Promise<WithdrawnAnswer[]> {
  const { redis } = context
  if (redis === null) return []
  const questions = context.embedder ? await listQuestions(context, ids) : []
  const cached = answers.flatMap(({ answerId, ref }): WithdrawnAnswer[] => (ref ? [{ answerId, ref }] : []))
  if (cached.length > 0) countCacheEvents(context, { 'invalidated:conversation': cached.length })
  const [isWithdrawn] = await Promise.all([
    withdrawAnswers(context, cached),
    discardLogs(redis, {
      running: running.map((run) => turnLog(context, run)),
      ended: answers.map((run) => turnLog(context, run)),
    }),
    forgetEmbeddings(context, questions),
  ])
  return isWithdrawn ? [] : cached
}
