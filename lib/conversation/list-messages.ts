import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { MessageItem } from '@/lib/contract/api'
import type { TurnError } from '@/lib/contract/ui-message'
import { AppError, type ErrorCode, errorTable } from '@/lib/errors'
import type { ConversationId } from '@/lib/ids'

/** Where the next older page begins: the first message of it. */
export const messagePosition = z.strictObject({ id: z.uuid() })

type Row = Omit<MessageItem, 'error' | 'feedback' | 'createdAt'> & {
  createdAt: string
  errorCode: ErrorCode | null
  helpful: boolean | null
  feedbackComment: string | null
  /** Its process has died; somebody has to end it. */
  dead: boolean
}

/**
 * One branch of a conversation, newest to oldest, from `leafId` or else from the newest message of the active branch.
 * The walk goes from message to parent and stops at the limit, so a page costs the same in a long conversation.
 * `dead`: one of them is a turn whose process died and which nobody has ended yet.
 * Throws `not_found` for a conversation that is not this user's, or a message that is not in it.
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
      -- Two conditions that an index can answer: one for both would read the whole conversation for each row.
      case when parent_id is null
        then (select json_agg(s.id order by s.seq) from message s where s.user_id = ${userId}
          and s.conversation_id = ${conversationId} and s.parent_id is null)
        else (select json_agg(s.id order by s.seq) from message s where s.user_id = ${userId}
          and s.conversation_id = ${conversationId} and s.parent_id = branch.parent_id)
      end as siblings
    from branch order by depth`)
  const rows = rowsOf<Row>(result)
  if (rows.length === 0) throw new AppError('not_found')
  const following = rows[limit]
  return {
    items: rows.slice(0, limit).map(toItem),
    next: following ? { id: following.id } : null,
    dead: rows.some(({ dead }) => dead),
  }
}

function toItem({ errorCode, createdAt, helpful, feedbackComment, dead: _, ...row }: Row): MessageItem {
  return {
    ...row,
    createdAt: new Date(createdAt).toISOString(),
    error: errorCode && failure(errorCode),
    feedback: helpful === null ? null : { helpful, comment: feedbackComment },
  }
}

function failure(code: ErrorCode): TurnError {
  return { code, message: errorTable[code].title, retryable: errorTable[code].retryable }
}
