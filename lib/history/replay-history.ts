/**
 * Reads the history of a branch from Postgres for every turn. The cost is bounded by the token budget and not by the
 * length of the conversation: every row stores the estimated tokens of its branch up to and including itself, so the
 * walk from the newest message to its ancestors can stop at the cut without reading the rows before it.
 */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedJson } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'

export type HistoryMessage = {
  id: MessageId
  role: 'user' | 'assistant'
  parts: ChatPart[]
  status: MessageStatus
  contextTokens: number
}

/**
 * Returns the common table expressions `newest` (the leaf's row; empty if the snapshot does not contain it), `walk`
 * and `history`. The statement must start with `with recursive` and define a table `leaf (id)` with one row: the
 * newest message of the branch, or null for an empty history. `history` has one row whose column `messages` is a JSON
 * array, oldest first.
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
        -- Removes whole blocks from the old end, as many as necessary; none while everything fits.
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
      -- The oldest row starts before the cut, so including it would exceed the budget.
      where cut = 0 or seq > (select min(seq) from walk)
    )`
}

const historyRow = z.object({ messages: storedJson<HistoryMessage[]>() })

/**
 * Reads the history of a branch in a statement of its own. `openTurn` uses it if the snapshot of its statement is too
 * old.
 */
export async function replayHistory(
  { db, userId }: Needs<'db' | 'userId'>,
  branch: { conversationId: ConversationId; leafId: MessageId },
  budget: HistoryBudget,
): Promise<HistoryMessage[]> {
  const result = await db.execute(sql`
    with recursive leaf as (select ${branch.leafId}::uuid as id),
    ${historyTables(userId, branch.conversationId, budget)}
    select messages from history`)
  return rowsOf(result, historyRow)[0]?.messages ?? []
}

/** The token budget of the history, and the size of the blocks in which it is cut, in estimated tokens. */
export type HistoryBudget = { budgetTokens: number; blockTokens: number; excessTokens: number }

/** Limit for the history regardless of the context window, because every turn pays for all of its tokens. */
const maxHistoryTokens = 64_000

/**
 * Computes the budget of the history: the context window minus the answer, the prefix and a fixed reserve for the
 * question. When the turns have used up the budget, a block of half its size must be cut at once. Cutting a block
 * instead of one message per turn, and a budget that does not depend on the question, keep the prompt byte-identical
 * between the cuts, so that the provider's prefix cache applies. If a question exceeds the reserve, the history is
 * reduced by the excess.
 */
export function historyBudget(window: {
  contextWindow: number
  maxOutputTokens: number
  prefixTokens: number
  questionTokens: number
}): HistoryBudget {
  const reserve = Math.floor(window.contextWindow / 8)
  const room = window.contextWindow - window.maxOutputTokens - window.prefixTokens - reserve
  const budgetTokens = Math.max(0, Math.min(room, maxHistoryTokens))
  return {
    budgetTokens,
    blockTokens: Math.max(1, Math.floor(budgetTokens / 2)),
    excessTokens: Math.max(0, window.questionTokens - reserve),
  }
}
