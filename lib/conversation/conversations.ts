import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { conversation } from '@/db/schema/conversation'
import type { Needs } from '@/lib/context'
import type { ConversationItem, Page } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { ConversationId, UserId } from '@/lib/ids'
import { itemColumns, toItem } from './conversation-item'

/** Seconds in which a deleted conversation can be brought back. */
export const restorableSeconds = 30

/** Where a page of the list ends: the database's own spelling of the instant, so that no digit is lost. */
export const conversationPosition = z.strictObject({ at: z.iso.datetime({ offset: true }), id: z.uuid() })
export type Position = z.output<typeof conversationPosition>

/** The user's conversations that are, or are not, archived, newest activity first; temporary ones are in no list. */
export async function listConversations(
  { db, userId }: Needs<'db' | 'userId'>,
  page: { limit: number; after: Position | null; archived: boolean; pinned?: boolean | undefined },
): Promise<Omit<Page<ConversationItem>, 'nextCursor'> & { next: Position | null }> {
  const { after, limit, archived, pinned } = page
  const rows = await db
    .select(itemColumns)
    .from(conversation)
    .where(
      and(
        eq(conversation.userId, userId),
        isNull(conversation.deletedAt),
        sql`not temporary`,
        eq(conversation.archived, archived),
        // The index on pinned ones is a partial one: the planner must see the bare column.
        pinned === undefined ? undefined : pinned ? sql`pinned` : sql`not pinned`,
        after
          ? sql`(${conversation.updatedAt}, ${conversation.id}) < (${after.at}::timestamptz, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(conversation.updatedAt), desc(conversation.id))
    .limit(limit + 1)
  const items = rows.slice(0, limit).map(toItem)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { at: last.updatedAt, id: last.id } : null }
}

/** The conversation if it is this user's and not deleted. Throws `not_found` in every other case, all alike. */
export async function requireConversation(
  { db, userId }: Needs<'db' | 'userId'>,
  id: ConversationId,
): Promise<ConversationItem> {
  const rows = await db
    .select(itemColumns)
    .from(conversation)
    .where(and(mine(userId, id), isNull(conversation.deletedAt)))
  if (!rows[0]) throw new AppError('not_found')
  return toItem(rows[0])
}

/** Brings a deleted conversation back while that is still possible. Throws `not_found`. */
export async function restoreConversation({ db, userId }: Needs<'db' | 'userId'>, id: ConversationId): Promise<void> {
  const rows = await db
    .update(conversation)
    .set({ deletedAt: null })
    .where(and(eq(conversation.id, id), isRestorable(userId)))
    .returning({ id: conversation.id })
  if (rows.length === 0) throw new AppError('not_found')
}

/** Deleted, and not long ago. One that is still being imported is deleted in the future: it was never there. */
export function isRestorable(userId: UserId): SQL {
  return sql`user_id = ${userId} and deleted_at <= now() and deleted_at > now() - make_interval(secs => ${restorableSeconds})`
}

function mine(userId: Needs<'userId'>['userId'], id: ConversationId) {
  return and(eq(conversation.userId, userId), eq(conversation.id, id))
}
