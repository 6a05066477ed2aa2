import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { DeletedConversations } from '@/lib/contract/api'
import { isRestorable } from './conversations'

/** A user restores what a page of theirs has taken away: never more than it can show. */
const mostIds = 1000

/** What to bring back: what one act took away, named ones, or neither for what was deleted last. */
export const restoreRequest = z
  .strictObject({
    deletedAt: z.iso.datetime({ offset: true }).optional(),
    ids: z.array(z.uuid()).min(1).max(mostIds).optional(),
  })
  .refine(({ deletedAt, ids }) => !(deletedAt && ids), 'takes deletedAt or ids, not both')

/**
 * Takes all conversations of a user, or only those that are or are not archived, out of every answer at once, with all
 * that they put into the user's own answer cache: that is left behind as a whole, which is right with Redis down too.
 */
export async function deleteAllConversations(
  { db, userId }: Needs<'db' | 'userId'>,
  { archived }: { archived?: boolean | undefined },
): Promise<DeletedConversations> {
  const result = await db.execute(sql`
    with gone as (
      update conversation set deleted_at = now()
      where user_id = ${userId} and deleted_at is null ${archived === undefined ? sql`` : sql`and archived = ${archived}`}
      returning deleted_at
    ),
    forgotten as (
      update "user" set cache_epoch = cache_epoch + 1 where id = ${userId} and exists (select from gone)
    )
    select count(*)::int as count, to_json(max(deleted_at)) #>> '{}' as "deletedAt" from gone`)
  const { count, deletedAt } = rowsOf<DeletedConversations>(result)[0] ?? { count: 0, deletedAt: null }
  return { count, deletedAt: deletedAt && new Date(deletedAt).toISOString() }
}

/** Brings deleted conversations back while that is still possible; says how many came back. */
export async function restoreConversations(
  { db, userId }: Needs<'db' | 'userId'>,
  { deletedAt, ids }: z.output<typeof restoreRequest>,
): Promise<{ count: number }> {
  const restorable = isRestorable(userId)
  const which = ids
    ? sql`id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`
    : deletedAt
      ? sql`deleted_at = ${deletedAt}::timestamptz`
      : sql`deleted_at = (select max(deleted_at) from conversation where ${restorable})`
  const result = await db.execute(sql`
    update conversation set deleted_at = null where ${restorable} and ${which} returning id`)
  return { count: rowsOf(result).length }
}
