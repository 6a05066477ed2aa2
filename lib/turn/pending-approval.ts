import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedJson, storedText } from '@/db/rows'
import type { Needs } from '@/lib/context'
import {
  type CacheNotice,
  type ChatPart,
  isToolPart,
  type MessageStatus,
  type TokenUsage,
  toolNameOf,
} from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import type { ConversationId, MessageId, TurnId } from '@/lib/ids'
import { lostClaim } from './open-turn'
import { leaseSeconds, recoverConversation, turnRun } from './turn-lease'

/** The user's decision on a tool call. */
export type Decision = { conversationId: ConversationId; toolCallId: string; approved: boolean }

const answerRow = z.object({
  ...turnRun.shape,
  turnId: storedText<TurnId>(),
  status: storedText<MessageStatus>(),
  parts: storedJson<ChatPart[]>(),
  path: z.string(),
  model: z.string().nullable(),
  usage: storedJson<TokenUsage>().nullable(),
  costUsd: z.number().nullable(),
  cache: storedJson<CacheNotice>().nullable(),
  dead: z.boolean(),
  question: z.object({
    id: storedText<MessageId>(),
    parts: storedJson<ChatPart[]>(),
    parentId: storedText<MessageId>().nullable(),
    contextTokens: z.number(),
  }),
})
type AnswerRow = z.output<typeof answerRow>

/** An answer with a tool call that waits, or has waited, for the user's decision. */
export type PendingApproval = Omit<AnswerRow, 'dead'> & {
  toolName: string
  /** The stored decision; null if the call is still undecided. */
  decided: boolean | null
}

/**
 * Returns the call if it belongs to the newest answer of a conversation of this user. Throws `turn_in_progress` while
 * the answer is still streaming and has no decision for the call, and `not_found` in every other case, without
 * revealing which.
 */
export async function findPendingApproval(
  context: Needs<'db' | 'userId'>,
  decision: Decision,
): Promise<PendingApproval> {
  const { conversationId, toolCallId } = decision
  let row = await readNewestAnswer(context, conversationId)
  if (row?.dead && (await recoverConversation(context, conversationId)))
    row = await readNewestAnswer(context, conversationId)
  const call = row?.parts.filter(isToolPart).find((part) => part.toolCallId === toolCallId)
  const decided = call?.approval?.approved ?? null
  if (row?.status === 'streaming' && decided === null) throw new AppError('turn_in_progress')
  if (!row || !call?.approval) throw new AppError('not_found')
  return { ...row, toolName: toolNameOf(call), decided }
}

async function readNewestAnswer(
  { db, userId }: Needs<'db' | 'userId'>,
  id: ConversationId,
): Promise<AnswerRow | undefined> {
  const result = await db.execute(sql`
    select m.id as "answerId", m.fence, m.turn_id as "turnId", m.status, m.parts, m.path, m.model, m.usage,
      m.cost_usd as "costUsd", m.cache, coalesce(m.status = 'streaming' and m.lease_expires_at < now(), false) as dead,
      json_build_object('id', q.id, 'parts', q.parts, 'parentId', q.parent_id, 'contextTokens', q.context_tokens) as question
    from conversation c
    join message m on m.user_id = c.user_id and m.id = c.active_leaf_id and m.conversation_id = c.id and m.role = 'assistant'
    join message q on q.user_id = c.user_id and q.id = m.parent_id
    where c.user_id = ${userId} and c.id = ${id} and c.deleted_at is null`)
  return rowsOf(result, answerRow)[0]
}

/**
 * Stores the decision and resumes the answer in its own row, under a new fence, so that concurrent decisions take
 * effect only once. Returns null if the answer has changed since it was read. Throws `turn_in_progress` if another
 * turn has started.
 */
export async function reopenAnswer(
  { db, userId }: Needs<'db' | 'userId'>,
  { conversationId, toolCallId, approved }: Decision,
  { answerId, fence, parts, question }: PendingApproval,
): Promise<{ fence: number; parts: ChatPart[] } | null> {
  const decided = parts.map(
    (part): ChatPart =>
      isToolPart(part) && part.toolCallId === toolCallId && part.state === 'approval-requested'
        ? { ...part, state: 'approval-responded', approval: { id: part.approval.id, approved } }
        : part,
  )
  try {
    const result = await db.execute(sql`
      -- Locks the conversation before the message, as a deletion does, so that a deleted one is not resumed.
      with held as materialized (
        select active_leaf_id from conversation
        where user_id = ${userId} and id = ${conversationId} and deleted_at is null for update
      ),
      reopened as (
        update message m set status = 'streaming', fence = m.fence + 1, parts = ${JSON.stringify(decided)}::jsonb,
          stop_requested = false, error_code = null, context_tokens = ${question.contextTokens},
          lease_expires_at = now() + make_interval(secs => ${leaseSeconds})
        from held
        where held.active_leaf_id = m.id
          and m.user_id = ${userId} and m.id = ${answerId} and m.fence = ${fence} and m.status <> 'streaming'
        returning m.fence
      ),
      touched as (
        update conversation set updated_at = now()
        where user_id = ${userId} and id = ${conversationId} and exists (select from reopened)
      )
      select fence from reopened`)
    const [row] = rowsOf(result, turnRun.pick({ fence: true }))
    return row ? { fence: row.fence, parts: decided } : null
  } catch (error) {
    const lost = lostClaim(error)
    if (!lost) throw error
    throw new AppError(lost)
  }
}
