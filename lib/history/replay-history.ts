/**
 * The history is read from Postgres for every turn and bounded by the budget, never by the length of the conversation:
 * every row knows the estimated tokens of its branch up to and with itself, so the walk from the newest message to its
 * parents can stop at the cut without having seen what lies before it.
 */
import { type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { type ChatPart, isToolPart, type MessageStatus } from '@/lib/contract/ui-message'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'

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

/**
 * Tokens a text may take, estimated from its UTF-8 bytes: English has about four bytes to a token, most other scripts
 * about three, so three errs on the safe side for both. A real tokenizer differs from model to model and would cost
 * more than it tells: only the cut of the history depends on this.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3) + messageOverheadTokens
}

/** Role and separators of one message in a chat template. */
const messageOverheadTokens = 8

/** What an image takes at most models, whatever its size: they scale it to what they can look at. */
const imageTokens = 1500

/**
 * The same for a whole message, with its files, whose content is base64: four letters are three bytes; and with the calls
 * of tools, of which a model reads what went in and what came out.
 */
export function estimatePartTokens(parts: readonly ChatPart[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === 'text') return sum + Math.ceil(Buffer.byteLength(part.text) / 3)
    if (isToolPart(part))
      return sum + estimateTokens(JSON.stringify([part.type, part.input, part.output, part.errorText]))
    if (part.type !== 'file') return sum
    return sum + (part.mediaType.startsWith('image/') ? imageTokens : Math.ceil(part.url.length / 4))
  }, messageOverheadTokens)
}

/** Room for the history and the size of the blocks in which it is cut, in estimated tokens. */
export type HistoryBudget = { budgetTokens: number; blockTokens: number; excessTokens: number }

/** No provider is sent more history than this, whatever its window: every token of it is paid for on every turn. */
const mostHistoryTokens = 64_000

/**
 * How much history goes before a question. The budget is what the window leaves after the answer, the prefix and a
 * fixed reserve for the question; turns use it up, and then a block of half its size is cut at once. A block and not a
 * message each turn, and a budget that does not depend on the question, keep the prompt byte-identical from turn to
 * turn in between: that is what providers' prefix caches reward. A question larger than the reserve is the exception;
 * its excess goes off the history.
 */
export function historyBudget(window: {
  contextWindow: number
  maxOutputTokens: number
  prefixTokens: number
  questionTokens: number
}): HistoryBudget {
  const reserve = Math.floor(window.contextWindow / 8)
  const room = window.contextWindow - window.maxOutputTokens - window.prefixTokens - reserve
  const budgetTokens = Math.max(0, Math.min(room, mostHistoryTokens))
  return {
    budgetTokens,
    blockTokens: Math.max(1, Math.floor(budgetTokens / 2)),
    excessTokens: Math.max(0, window.questionTokens - reserve),
  }
}
