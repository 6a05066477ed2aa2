/**
 * The history is read from Postgres for every turn and bounded by the budget, never by the length of the conversation:
 * every row knows the estimated tokens of its branch up to and with itself, so the walk from the newest message to its
 * parents can stop at the cut without having seen what lies before it.
 */
import { type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'
import type { HistoryBudget } from './fit-context-window'

export type HistoryMessage = {
  id: MessageId
  role: 'user' | 'assistant'
  parts: ChatPart[]
  status: MessageStatus
  contextTokens: number
}

/**
 * The common table expressions `newest` (the leaf's row, none if it is not in the snapshot), `walk` and `history`, for a statement that begins `with recursive` and has a relation
 * `leaf (id)` with the newest message of the branch (one row; a null id for an empty history). `history` has one row
 * with `messages`, oldest first, as JSON.
 */
export function historyTables(userId: UserId, conversationId: ConversationId, budget: HistoryBudget): SQL {
  const { budgetTokens, blockTokens, excessTokens } = budget
  return sql`
    newest as (
      select m.* from leaf cross join ${messageByKey(userId, sql`leaf.id`)} m
      where m.conversation_id = ${conversationId}
    ),
    walk as (
      select id, parent_id, role, parts, status, seq, context_tokens,
        -- Blocks come off the old end: none while everything fits, then as many whole ones as it takes.
        greatest(0, ceil(
          (context_tokens + ${excessTokens}::int - ${budgetTokens}::int) / ${blockTokens}::numeric
        ) * ${blockTokens}::int) as cut
      from newest where ${budgetTokens}::int > ${excessTokens}::int
      union all
      select m.id, m.parent_id, m.role, m.parts, m.status, m.seq, m.context_tokens, walk.cut
      from walk cross join ${messageByKey(userId, sql`walk.parent_id`)} m
      where m.context_tokens > walk.cut
    ),
    history as (
      select coalesce(json_agg(json_build_object(
        'id', id, 'role', role, 'parts', parts, 'status', status, 'contextTokens', context_tokens) order by seq), '[]'
      ) as messages
      from walk
      -- The oldest row ends behind the cut but begins before it: with it the budget would be exceeded.
      where cut = 0 or seq > (select min(seq) from walk)
    )`
}

/** Reads the history of a branch on its own: what `openTurn` does when the one it got with its statement is too old. */
export async function replayHistory(
  { db, userId }: Needs<'db' | 'userId'>,
  branch: { conversationId: ConversationId; leafId: MessageId },
  budget: HistoryBudget,
): Promise<HistoryMessage[]> {
  const result = await db.execute(sql`
    with recursive leaf as (select ${branch.leafId}::uuid as id),
    ${historyTables(userId, branch.conversationId, budget)}
    select messages from history`)
  return rowsOf<{ messages: HistoryMessage[] }>(result)[0]?.messages ?? []
}
