import { and, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedText } from '@/db/rows'
import { conversation } from '@/db/schema/conversation'
import type { Needs } from '@/lib/context'
import type { ConversationItem } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { ConversationId, MessageId } from '@/lib/ids'
import { itemColumns, requireConversation, toItem } from './conversations'
import { wordVector } from './search-words'

const title = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must be one line without control characters')

export const conversationPatch = z.strictObject({
  title: title.optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  activeLeafId: z
    .uuid()
    .transform((text) => text.toLowerCase() as MessageId)
    .optional(),
})

/**
 * Updates a conversation and returns it. Its position in the list does not change, because that depends on activity.
 * Throws `not_found` if the conversation or message does not exist, and `turn_in_progress` if the active branch would
 * change while an answer is being written.
 */
export async function patchConversation(
  context: Needs<'db' | 'userId'>,
  id: ConversationId,
  { activeLeafId, title, pinned, archived }: z.output<typeof conversationPatch>,
): Promise<ConversationItem> {
  const { db, userId } = context
  const change = {
    ...(title !== undefined && { title, titledBy: 'user' as const, searchWords: wordVector(userId, title) }),
    ...(pinned !== undefined && { pinned }),
    ...(archived !== undefined && { archived }),
  }
  if (activeLeafId === undefined && Object.keys(change).length === 0) return requireConversation(context, id)
  const branch = activeLeafId === undefined ? null : await findBranch(context, id, activeLeafId)
  const rows = await db
    .update(conversation)
    .set({ ...change, ...(branch && { activeLeafId: branch.leafId }) })
    .where(
      and(
        eq(conversation.userId, userId),
        eq(conversation.id, id),
        isNull(conversation.deletedAt),
        // If a turn has been opened since then, it has moved the leaf, and the update must not apply.
        branch ? sql`${conversation.activeLeafId} is not distinct from ${branch.before}::uuid` : undefined,
      ),
    )
    .returning(itemColumns)
  if (rows[0]) return toItem(rows[0])
  await requireConversation(context, id)
  throw new AppError('turn_in_progress')
}

const branchRow = z.object({
  leafId: storedText<MessageId>().nullable(),
  before: storedText<MessageId>().nullable(),
  running: z.boolean(),
})

/** Finds the end of the branch through a message by following the newest child. `before` is the current leaf. */
async function findBranch(
  { db, userId }: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
  messageId: MessageId,
): Promise<{ leafId: MessageId; before: MessageId | null }> {
  const result = await db.execute(sql`
    with recursive down as (
      select id, 1 as depth from message
      where user_id = ${userId} and id = ${messageId} and conversation_id = ${conversationId}
      union all
      select child.id, down.depth + 1 from down cross join lateral (
        select id from message
        where user_id = ${userId} and conversation_id = ${conversationId} and parent_id = down.id
        order by seq desc limit 1
      ) child
    )
    select (select id from down order by depth desc limit 1) as "leafId", active_leaf_id as before,
      exists (select from message m where m.user_id = ${userId} and m.conversation_id = ${conversationId}
        and m.status = 'streaming' and m.lease_expires_at > now()) as running
    from conversation where user_id = ${userId} and id = ${conversationId} and deleted_at is null`)
  const [row] = rowsOf(result, branchRow)
  if (!row?.leafId) throw new AppError('not_found')
  if (row.running) throw new AppError('turn_in_progress')
  return { leafId: row.leafId, before: row.before }
}
