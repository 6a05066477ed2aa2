import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { z } from 'zod'
import { countRows, storedText } from '@/db/rows'
import { conversation } from '@/db/schema/conversation'
import type { Needs } from '@/lib/context'
import type { ConversationItem, Page } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'

/** Time in seconds in which a deleted conversation can be restored. */
const restorableSeconds = 30

/**
 * The position of the last conversation of a page. `at` is the time as Postgres formats it, so that no digit is lost.
 */
export const conversationPosition = z.strictObject({ at: z.iso.datetime({ offset: true }), id: z.uuid() })
export type Position = z.output<typeof conversationPosition>

/** Lists the user's archived or unarchived conversations, newest activity first. Temporary ones are never listed. */
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
        // Pinned conversations have a partial index, which the planner only uses for the bare column.
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

/** Returns a conversation. Throws `not_found` if it does not exist, is deleted, or belongs to another user. */
export async function requireConversation(
  { db, userId }: Needs<'db' | 'userId'>,
  id: ConversationId,
): Promise<ConversationItem> {
  const rows = await db
    .select(itemColumns)
    .from(conversation)
    .where(and(isOwn(userId, id), isNull(conversation.deletedAt)))
  if (!rows[0]) throw new AppError('not_found')
  return toItem(rows[0])
}

/** Restores a deleted conversation. Throws `not_found` if it does not exist or can no longer be restored. */
export async function restoreConversation({ db, userId }: Needs<'db' | 'userId'>, id: ConversationId): Promise<void> {
  const rows = await db
    .update(conversation)
    .set({ deletedAt: null })
    .where(and(eq(conversation.id, id), isRestorable(userId)))
    .returning({ id: conversation.id })
  if (rows.length === 0) throw new AppError('not_found')
}

/**
 * Matches recently deleted conversations. A conversation that is still being imported has a future `deleted_at` and
 * must not be restorable.
 */
function isRestorable(userId: UserId): SQL {
  return sql`user_id = ${userId} and deleted_at <= now() and deleted_at > now() - make_interval(secs => ${restorableSeconds})`
}

function isOwn(userId: Needs<'userId'>['userId'], id: ConversationId) {
  return and(eq(conversation.userId, userId), eq(conversation.id, id))
}

const shareIdOf = sql`(
  select share_id from shared_conversation s where s.user_id = conversation.user_id and s.conversation_id = conversation.id
)`
const isRunning = sql`exists (
  select from message r where r.user_id = conversation.user_id and r.conversation_id = conversation.id
    and r.status = 'streaming' and r.lease_expires_at > now()
)`

/** The columns of an item, for `select` and `returning` on the table `conversation`. */
export const itemColumns = Object.freeze({
  id: conversation.id,
  title: conversation.title,
  titledBy: conversation.titledBy,
  createdAt: conversation.createdAt,
  updatedAt: conversation.updatedAt,
  pinned: conversation.pinned,
  archived: conversation.archived,
  temporary: conversation.temporary,
  activeLeafId: conversation.activeLeafId,
  shareId: sql<string | null>`${shareIdOf}`,
  running: sql<boolean>`${isRunning}`,
})

/** The same columns for a raw statement with a table `conversation`. Times are returned as text. */
export const itemSelection = sql.join(
  Object.entries(itemColumns).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`),
  sql`, `,
)

/** Parses an item in the result of a raw statement. The keys must be those of `itemColumns`. */
export const itemRow = z.object({
  id: storedText<ConversationId>(),
  title: z.string(),
  titledBy: storedText<TitleOrigin>(),
  createdAt: z.string().pipe(z.coerce.date()),
  updatedAt: z.string().pipe(z.coerce.date()),
  pinned: z.boolean(),
  archived: z.boolean(),
  temporary: z.boolean(),
  activeLeafId: storedText<MessageId>().nullable(),
  shareId: z.string().nullable(),
  running: z.boolean(),
} satisfies Record<keyof typeof itemColumns, z.ZodType>)

type ItemRow = SelectResultFields<typeof itemColumns>
type TitleOrigin = ItemRow['titledBy']

export function toItem({ titledBy, createdAt, updatedAt, ...row }: ItemRow): ConversationItem {
  return {
    ...row,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    titledBy: titledBy === 'pending' ? 'question' : titledBy,
  }
}

/** Limit for the ids of one request; a page of conversations is smaller. */
const maxIds = 1000

/**
 * Selects the conversations to restore: those of one deletion, given ids, or by default those of the latest deletion.
 */
export const restoreRequest = z
  .strictObject({
    deletedAt: z.iso.datetime({ offset: true }).optional(),
    ids: z.array(z.uuid()).min(1).max(maxIds).optional(),
  })
  .refine(({ deletedAt, ids }) => !(deletedAt && ids), 'must have deletedAt or ids, not both')

/** Restores deleted conversations that can still be restored, and returns their number. */
export async function restoreConversations(
  { db, userId }: Needs<'db' | 'userId'>,
  { deletedAt, ids }: z.output<typeof restoreRequest>,
): Promise<{ count: number }> {
  const restorable = isRestorable(userId)
  const condition = ids
    ? sql`id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`
    : deletedAt
      ? sql`deleted_at = ${deletedAt}::timestamptz`
      : sql`deleted_at = (select max(deleted_at) from conversation where ${restorable})`
  const result = await db.execute(sql`
    update conversation set deleted_at = null where ${restorable} and ${condition} returning id`)
  return { count: countRows(result) }
}

const temporaryHours = 24

/** The user's own answers stay in the cache for one hour after their turn, and a turn takes minutes. */
const cachedHours = 2

/**
 * Messages erased by one statement, which erases at least one conversation. Erasing all messages of a user at once
 * could time out.
 */
const maxMessagesPerErase = 2000

/**
 * Erases deleted conversations that can no longer be restored, and expired temporary ones, of all users, with their
 * messages and shares. A turn that runs in an erased conversation will find that its row no longer exists. If a
 * temporary conversation was used recently, the cache epoch of its user is incremented, because its answers may be in
 * the answer cache or may still be stored there.
 */
export async function eraseExpiredConversations({ db }: Needs<'db'>): Promise<void> {
  const erase = () =>
    db.execute(sql`
      with old as (
        select user_id, id, last_seq, false as is_cached from conversation
        where deleted_at is not null and deleted_at < now() - make_interval(secs => ${restorableSeconds})
        union
        select user_id, id, last_seq, updated_at > now() - make_interval(hours => ${cachedHours}) from conversation
        where temporary and deleted_at is null and created_at < now() - make_interval(hours => ${temporaryHours})
      ),
      counted as (
        select user_id, id, is_cached, sum(last_seq) over (order by user_id, id) - last_seq as messages_before from old
      ),
      forgotten as (
        update "user" set cache_epoch = cache_epoch + 1
        where id in (select user_id from counted where is_cached and messages_before < ${maxMessagesPerErase})
      )
      delete from conversation using counted
      where conversation.user_id = counted.user_id and conversation.id = counted.id
        and messages_before < ${maxMessagesPerErase}
      returning conversation.id`)
  while (countRows(await erase()) > 0);
}
