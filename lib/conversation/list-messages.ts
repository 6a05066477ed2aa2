import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { isoTime, rowsOf, storedJson, storedText } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { MessageItem } from '@/lib/contract/api'
import type { TurnError } from '@/lib/contract/ui-message'
import { AppError, type ErrorCode, errorTable } from '@/lib/errors'
import type { ConversationId, MessageId, TurnId } from '@/lib/ids'

/** The first message of the next older page. */
export const messagePosition = z.strictObject({ id: z.uuid() })

const messageRow = z.object({
  id: storedText<MessageId>(),
  parentId: storedText<MessageId>().nullable(),
  turnId: storedText<TurnId>(),
  role: storedText<MessageItem['role']>(),
  parts: storedJson<MessageItem['parts']>(),
  status: storedText<MessageItem['status']>(),
  seq: z.number(),
  createdAt: isoTime,
  model: z.string().nullable(),
  usage: storedJson<MessageItem['usage']>(),
  costUsd: z.number().nullable(),
  ttftMs: z.number().nullable(),
  cache: storedJson<MessageItem['cache']>(),
  errorCode: storedText<ErrorCode>().nullable(),
  helpful: z.boolean().nullable(),
  feedbackComment: z.string().nullable(),
  /** The turn is `streaming` but its process has died, so the caller must end it. */
  dead: z.boolean(),
  siblings: z.array(z.string()),
})

/**
 * Returns a page of one branch, newest first, starting from `leafId` or the newest message of the active branch. The
 * walk from message to parent stops at the limit, so the cost of a page does not depend on the length of the
 * conversation. `dead` is set if one of the messages belongs to a turn whose process has died and that must still be
 * ended. Throws `not_found` if the conversation does not belong to this user or does not contain the message.
 */
export async function listMessages(
  { db, userId }: Needs<'db' | 'userId'>,
  page: { conversationId: ConversationId; leafId: string | null; limit: number },
): Promise<{ items: MessageItem[]; next: z.output<typeof messagePosition> | null; dead: boolean }> {
  const { conversationId, leafId, limit } = page
  const result = await db.execute(sql`
    with recursive start as (
      select coalesce(${leafId}::uuid, active_leaf_id) as id from conversation
      where user_id = ${userId} and id = ${conversationId} and deleted_at is null
    ),
    branch as (
      select m.*, 1 as depth from start cross join ${messageByKey(userId, sql`start.id`)} m
      where m.conversation_id = ${conversationId}
      union all
      select m.*, branch.depth + 1 from branch cross join ${messageByKey(userId, sql`branch.parent_id`)} m
      where branch.depth <= ${limit}
    )
    select id, parent_id as "parentId", turn_id as "turnId", role, parts, status, seq,
      to_json(created_at) #>> '{}' as "createdAt", model, usage, cost_usd as "costUsd", ttft_ms as "ttftMs", cache,
      error_code as "errorCode", helpful, feedback_comment as "feedbackComment", coalesce(status = 'streaming' and lease_expires_at < now(), false) as dead,
      -- Each of these two conditions can use an index. A single condition would read the whole conversation for each
      -- row.
      case when parent_id is null
        then (select json_agg(s.id order by s.seq) from message s where s.user_id = ${userId}
          and s.conversation_id = ${conversationId} and s.parent_id is null)
        else (select json_agg(s.id order by s.seq) from message s where s.user_id = ${userId}
          and s.conversation_id = ${conversationId} and s.parent_id = branch.parent_id)
      end as siblings
    from branch order by depth`)
  const rows = rowsOf(result, messageRow)
  if (rows.length === 0) throw new AppError('not_found')
  const following = rows[limit]
  return {
    items: rows.slice(0, limit).map(toItem),
    next: following ? { id: following.id } : null,
    dead: rows.some(({ dead }) => dead),
  }
}

function toItem({ errorCode, helpful, feedbackComment, dead: _, ...row }: z.output<typeof messageRow>): MessageItem {
  return {
    ...row,
    error: errorCode && failure(errorCode),
    feedback: helpful === null ? null : { helpful, comment: feedbackComment },
  }
}

function failure(code: ErrorCode): TurnError {
  return { code, message: errorTable[code].title, retryable: errorTable[code].retryable }
}
