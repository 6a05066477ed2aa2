/**
 * The story of an approval. A destructive tool call waits in a finished answer, stored in Postgres only. The user's
 * decision is written into that answer, and the answer resumes in the same row: an approval creates neither a turn
 * nor a sibling message. The call runs with its stored arguments; the client can only approve or deny it.
 */
import { z } from 'zod'
import type { RequestContext } from '@/lib/context'
import type { CacheNotice } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import { replayHistory } from '@/lib/history/replay-history'
import type { ModelEvent } from '@/lib/model/call-model'
import { addRateLimitHeaders, rateLimitHeaders, requireStream } from '@/lib/rate-limit/require-rate-limit'
import { mayUse } from '@/lib/tool'
import type { AnswerEvent } from './follow/follow-flight'
import { followTurn } from './follow/follow-turn'
import { type Decision, findPendingApproval, type PendingApproval, reopenAnswer } from './pending-approval'
import { planPrompt } from './plan-turn'
import { streamAnswer } from './stream-answer'
import { callModelForAnswer } from './tools/agent-loop'
import { chatTools } from './tools/chat-tools'

export const decision = z.strictObject({ approved: z.boolean() })

/**
 * Answers `POST /api/chat/{id}/approvals/{toolCallId}` and streams the whole answer from its start. The same decision
 * sent again attaches to the running answer or replays the finished one. Throws `not_found` if the call does not wait
 * in the newest answer of a conversation of this user, `idempotency_mismatch` for the opposite decision,
 * `insufficient_scope` if a key approves a call that it must not make itself, `rate_limited`, and `turn_in_progress`.
 */
export async function answerApproval(context: RequestContext, decision: Decision): Promise<Response> {
  const pending = await findPendingApproval(context, decision)
  if (pending.decided !== null) return replayDecision(context, decision, pending)
  const tool = chatTools.find(({ name }) => name === pending.toolName)
  if (decision.approved && tool && !mayUse(context, tool.scope)) throw new AppError('insufficient_scope')
  const { catalog } = context.model
  const modelFacts = (pending.model === null ? null : catalog.find(pending.model)) ?? catalog.require(catalog.default)
  const plan = planPrompt(context.settings, modelFacts, pending.question.parts)
  const { parentId } = pending.question
  const branch = parentId && { conversationId: decision.conversationId, leafId: parentId }
  const history = branch ? await replayHistory(context, branch, plan.budget) : []

  // The decision itself is free, but the model call that follows must be limited like any other.
  const rateLimit = await requireStream(context, ['chat'], context.userId)
  const reopened = await reopenAnswer(context, decision, pending).catch(async (error) => {
    await rateLimit.refund()
    throw error
  })
  if (!reopened) {
    await rateLimit.refund()
    return replayDecision(context, decision, await findPendingApproval(context, decision))
  }

  const { conversationId } = decision
  const { answerId, turnId, question, path, usage, costUsd } = pending
  const stop = new AbortController()
  const response = streamAnswer(context, {
    answerId,
    fence: reopened.fence,
    turnId,
    model: modelFacts.id,
    notice: pending.cache ?? bypassNotice,
    stop,
    flight: null,
    events: withRestart(
      callModelForAnswer(context, {
        conversationId,
        answerId,
        fence: reopened.fence,
        question,
        history,
        partialParts: reopened.parts,
        ...plan,
        signal: stop.signal,
        priorUsage: { usage, costUsd },
      }),
    ),
    // An answer with tool calls is never cached or shared, and its path is final already.
    finalize: () => ({ path, cacheEntry: null, store: async () => false }),
    onFinish: async () => undefined,
    closeStream: rateLimit.closeStream,
  })
  return addRateLimitHeaders(response, rateLimitHeaders(rateLimit))
}

async function replayDecision(
  context: RequestContext,
  { conversationId, approved }: Decision,
  pending: PendingApproval,
): Promise<Response> {
  const { answerId, fence, turnId, status, decided } = pending
  if (decided === null) throw new AppError('turn_in_progress')
  if (decided !== approved) throw new AppError('idempotency_mismatch')
  const turn = { conversationId, answerId, fence, turnId, isRunning: status === 'streaming' }
  return followTurn(context, turn, { headers: { 'idempotency-replayed': 'true' } })
}

/** The client already shows the start of the answer, so it must discard that before the answer is sent again. */
async function* withRestart(events: AsyncIterable<ModelEvent>): AsyncGenerator<AnswerEvent> {
  yield { type: 'restart' }
  yield* events
}

const bypassNotice: CacheNotice = Object.freeze({
  status: 'bypass',
  layer: null,
  similarity: null,
  ageSeconds: null,
  savedMs: null,
  savedUsd: null,
})
