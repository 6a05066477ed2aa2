/**
 * Step 2 of a turn, in Postgres. One statement creates or checks the conversation, reserves sequence numbers, inserts
 * the question and the answer's row under the turn id, and returns the history. It commits or fails as a whole, so a
 * turn is accepted exactly if it is stored.
 *
 * Its common table expressions use the snapshot from before any wait for the conversation's lock, but the upsert
 * works on the newest row. If another turn ended during that wait, the parent that the upsert returns is missing from
 * the snapshot, or still `streaming` in it. In that case the history, and the token count that depends on it, must be
 * read again.
 */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { findDatabaseError } from '@/db/database-error'
import { rowsOf, storedJson, storedText } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import { titleOf } from '@/lib/conversation/first-title'
import { wordVector } from '@/lib/conversation/search-words'
import { AppError } from '@/lib/errors'
import { estimatePartTokens } from '@/lib/history/estimate-tokens'
import { type HistoryBudget, type HistoryMessage, historyTables, replayHistory } from '@/lib/history/replay-history'
import type { MessageId } from '@/lib/ids'
import { textOf } from '@/lib/prompt/answer-messages'
import { hasRoom, isWithin } from '@/lib/rate-limit/row-quota'
import type { TurnPlan } from './plan-turn'
import { leaseSeconds, recoverConversation } from './turn-lease'
import type { AnotherAnswerRequest, SubmitRequest, TurnRequest } from './turn-request'

export type OpenTurn = {
  /** The row of the answer. It is `streaming`, and this run must close it. */
  answerId: MessageId
  /** The fencing number of this run. Every write of the run must be conditional on it. */
  fence: number
  /** The assistant message that the question follows; null at the start of a conversation. */
  parentId: MessageId | null
  /** The conversation path after that message, for the answer cache. */
  parentPath: string
  question: { id: MessageId; parts: ChatPart[] }
  /** The parts that the answer starts with: on a continue those of the answer that was cut off, otherwise none. */
  partialParts: ChatPart[]
  history: HistoryMessage[]
}

/**
 * The unique constraint that was violated: another turn runs in the conversation, or the id of the turn or message is
 * in use.
 */
export type LostClaim = 'turn_in_progress' | 'idempotency_mismatch'

const openedRow = z.object({
  parentId: storedText<MessageId>().nullable(),
  /** Null if the parent is missing from the snapshot of the statement. */
  parentStatus: storedText<MessageStatus>().nullable(),
  parentPath: z.string().nullable(),
  questionId: storedText<MessageId>(),
  question: storedJson<ChatPart[]>(),
  partialParts: storedJson<ChatPart[]>(),
  messages: storedJson<HistoryMessage[]>(),
})

/**
 * Opens the turn, or returns the claim to which it lost without writing anything. Throws `not_found` for a
 * conversation, parent or message of another user, `unauthenticated` for a deleted account, and the errors of the
 * database, including the one for an exceeded row quota.
 */
export async function openTurn(
  { db, userId, limits }: Needs<'db' | 'userId' | 'limits'>,
  request: TurnRequest,
  { budget, model, answerId }: { budget: HistoryBudget; model: string; answerId: MessageId },
): Promise<OpenTurn | LostClaim> {
  const openingTables =
    request.trigger === 'submit-message'
      ? submitTables({ userId, limits }, request, answerId)
      : anotherAnswerTables({ userId, limits }, request, answerId)
  const statement = sql`
    with recursive ${openingTables},
    answer as (
      insert into message
        (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens, request_hash, model,
          lease_expires_at)
      select ${userId}, ${answerId}, ${request.conversationId}, question.id, ${request.turnId}, 'assistant',
        opened.last_seq, 'streaming', question.partial_parts, question.context_tokens, ${request.hash}, ${model},
        now() + make_interval(secs => ${leaseSeconds})
      from opened, question returning id
    ),
    ${historyTables(userId, request.conversationId, budget)}
    select leaf.id as "parentId", (select status from newest) as "parentStatus",
      (select path from newest) as "parentPath", question.id as "questionId", question.parts as question,
      question.partial_parts as "partialParts",
      history.messages
    from answer, question, leaf, history`
  try {
    const row = rowsOf(await db.execute(statement), openedRow)[0]
    if (!row) throw new AppError('not_found')
    const { parentId, parentStatus, parentPath, messages } = row
    const question = { id: row.questionId, parts: row.question }
    const opened = { answerId, fence: 1, parentId, question, partialParts: row.partialParts }
    if (parentId === null) return { ...opened, parentPath: '', history: [] }
    if (parentStatus !== null && parentStatus !== 'streaming')
      return { ...opened, parentPath: parentPath ?? '', history: messages }
    return { ...opened, ...(await reloadHistory({ db, userId }, request, { ...row, parentId }, budget)) }
  } catch (error) {
    const lost = lostClaim(error)
    if (lost) return lost
    // The account was deleted after the session was looked up.
    if (findDatabaseError(error)?.sqlState === '23503') throw new AppError('unauthenticated', { cause: error })
    throw error
  }
}

type OwnerNeeds = Needs<'userId' | 'limits'>

/** Builds the tables `opened`, `leaf` and `question` for a new user message. */
function submitTables({ userId, limits }: OwnerNeeds, request: SubmitRequest, answerId: MessageId): SQL {
  const parts = request.message.parts
  const text = textOf(parts)
  const title = titleOf(text) || (parts.find((part) => part.type === 'file')?.filename ?? 'File')
  const tokens = estimatePartTokens(parts)
  const requestedParentId = request.parentId
  // A parent that the client names must be an answer in this conversation. The check also prevents an unknown
  // conversation id from being created around a parent of another conversation.
  const parentIsValid = requestedParentId
    ? sql`exists (select 1 from message where user_id = ${userId} and id = ${requestedParentId}
        and conversation_id = ${request.conversationId} and role = 'assistant')`
    : sql`true`
  return sql`
    opened as (
      insert into conversation (user_id, id, title, search_words, temporary, last_seq, active_leaf_id)
      select ${userId}, ${request.conversationId}, ${title}, ${wordVector(userId, title)}, ${request.temporary}, 2, ${answerId}
      where ${parentIsValid} and case when exists (
        select from conversation where user_id = ${userId} and id = ${request.conversationId}) then true
        else ${hasRoom(limits, 'conversations', userId)} end
      on conflict (user_id, id) do update set last_seq = conversation.last_seq + 2, updated_at = now(),
        previous_leaf_id = conversation.active_leaf_id, active_leaf_id = excluded.active_leaf_id
      where conversation.deleted_at is null
        and ${isWithin(limits, 'conversation-messages', sql`conversation.last_seq + 2`)}
      returning last_seq, previous_leaf_id
    ),
    leaf as (select ${requestedParentId === undefined ? sql`previous_leaf_id` : sql`${requestedParentId}::uuid`} as id from opened),
    question as (
      insert into message
        (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, search_words, context_tokens)
      select ${userId}, ${request.message.id}, ${request.conversationId}, leaf.id, ${request.turnId}, 'user',
        opened.last_seq - 1, 'complete', ${JSON.stringify(parts)}::jsonb, ${wordVector(userId, text)}, ${tokens}::int + coalesce(
          (select m.context_tokens from message m where m.user_id = ${userId} and m.id = leaf.id), 0)
      from opened, leaf
      returning id, parts, context_tokens, '[]'::jsonb as partial_parts
    )`
}

/** Builds the same tables for another answer to a stored question, as a sibling of the answer `messageId`. */
function anotherAnswerTables({ userId, limits }: OwnerNeeds, request: AnotherAnswerRequest, answerId: MessageId): SQL {
  const partialParts = request.trigger === 'continue-message' ? sql`meant.parts` : sql`'[]'::jsonb`
  return sql`
    question as (
      select q.id, q.parts, q.context_tokens, q.parent_id, ${partialParts} as partial_parts from message meant
      join message q on q.user_id = ${userId} and q.id = meant.parent_id
      where meant.user_id = ${userId} and meant.id = ${request.messageId}
        and meant.conversation_id = ${request.conversationId} and meant.role = 'assistant'
    ),
    opened as (
      update conversation set last_seq = last_seq + 1, updated_at = now(), previous_leaf_id = active_leaf_id,
        active_leaf_id = ${answerId}
      from question
      where user_id = ${userId} and conversation.id = ${request.conversationId} and deleted_at is null
        and ${isWithin(limits, 'conversation-messages', sql`last_seq + 1`)}
      returning last_seq
    ),
    leaf as (select question.parent_id as id from question, opened)`
}

const pathRow = z.object({ path: z.string() })

/** Reads the history and parent path with a fresh snapshot, and corrects the token counts of the opened rows. */
async function reloadHistory(
  { db, userId }: Needs<'db' | 'userId'>,
  request: TurnRequest,
  { parentId, question }: { parentId: MessageId; question: ChatPart[] },
  budget: HistoryBudget,
): Promise<Pick<OpenTurn, 'parentPath' | 'history'>> {
  const branch = { conversationId: request.conversationId, leafId: parentId }
  const history = await replayHistory({ db, userId }, branch, budget)
  const result = await db.execute(sql`
    with parent as (select path, context_tokens from message where user_id = ${userId} and id = ${parentId})
    update message set context_tokens = parent.context_tokens + ${estimatePartTokens(question)}::int from parent
    where user_id = ${userId} and turn_id = ${request.turnId} returning parent.path`)
  return { history, parentPath: rowsOf(result, pathRow)[0]?.path ?? '' }
}

/** Returns the claim that a database error reports as lost, or null if it is a different error. */
export function lostClaim(error: unknown): LostClaim | null {
  const failure = findDatabaseError(error)
  if (failure?.sqlState !== '23505') return null
  return failure.constraint === 'message_one_streaming' ? 'turn_in_progress' : 'idempotency_mismatch'
}

/**
 * Opens the turn. If another turn seems to run in the conversation, its process may have died. Then that turn is
 * ended first, so that a dead turn never blocks the next one.
 */
export async function openLiveTurn(
  context: Needs<'db' | 'userId' | 'limits'>,
  request: TurnRequest,
  plan: TurnPlan,
): Promise<OpenTurn | LostClaim> {
  const open = () => openTurn(context, request, plan)
  const turn = await open()
  if (turn !== 'turn_in_progress' || !(await recoverConversation(context, request.conversationId))) return turn
  return open()
}
