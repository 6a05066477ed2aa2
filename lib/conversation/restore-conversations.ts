import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
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
