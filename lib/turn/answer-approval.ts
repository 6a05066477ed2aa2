/**
 * The story of an approval: a call that takes something away has waited in a finished answer, in Postgres and nowhere
 * else. The decision is written into that answer, which goes on in its own row, as if the turn had never ended: it is no
 * new turn and no sibling. What is run is the call as it is stored; the client says yes or no and nothing else.
 */
import { z } from 'zod'
import type { RequestContext } from '@/lib/context'
import type { CacheNotice } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import { replayHistory } from '@/lib/history/replay-history'
import type { ModelEvent } from '@/lib/model/call-model'
import { rateLimitHeaders, requireStream, withRateLimit } from '@/lib/rate-limit/require-rate-limit'
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
 * Answers `POST /api/chat/{id}/approvals/{toolCallId}` with the answer from its beginning. The same decision again attaches
 * or replays. Throws `not_found` for a call that does not wait in the newest answer of a conversation of this user,
 * `idempotency_mismatch` for the other decision, `insufficient_scope` for the yes of a key that may not do it itself,
 * `rate_limited`, `turn_in_progress`.
 */
export async function answerApproval(context: RequestContext, decision: Decision): Promise<Response> {
  const asked = await findPendingApproval(context, decision)
  if (asked.decided !== null) return replayDecision(context, decision, asked)
  const tool = chatTools.find(({ name }) => name === asked.toolName)
  if (decision.approved && tool && !mayUse(context, tool.scope)) throw new AppError('insufficient_scope')
  const { catalog } = context.model
  const facts = (asked.model === null ? null : catalog.find(asked.model)) ?? catalog.require(catalog.default)
  const plan = planPrompt(context.settings, facts, asked.question.parts)
  const { parentId } = asked.question
  const branch = parentId && { conversationId: decision.conversationId, leafId: parentId }
  const history = branch ? await replayHistory(context, branch, plan.budget) : []

  // The decision itself costs nothing; the call of the model that it leads to is bounded like any other.
  const allowance = await requireStream(context, ['chat'], context.userId)
  const reopened = await reopenAnswer(context, decision, asked).catch(async (error) => {
    await allowance.giveBack()
    throw error
  })
  if (!reopened) {
    await allowance.giveBack()
    return replayDecision(context, decision, await findPendingApproval(context, decision))
  }

  const { conversationId } = decision
  const { answerId, turnId, question, path, usage, costUsd } = asked
  const stop = new AbortController()
  const response = streamAnswer(context, {
    answerId,
    fence: reopened.fence,
    turnId,
    model: facts.id,
    notice: asked.cache ?? notAsked,
    stop,
    flight: null,
    events: afresh(
      callModelForAnswer(context, {
        conversationId,
        answerId,
        fence: reopened.fence,
        question,
        history,
        beginning: reopened.parts,
        ...plan,
        signal: stop.signal,
        spent: { usage, costUsd },
      }),
    ),
    // An answer that has called tools is nobody else's, and stands for itself already.
    settle: () => ({ path, cacheEntry: null, store: async () => false }),
    afterwards: async () => undefined,
    closeStream: allowance.closeStream,
  })
  return withRateLimit(response, rateLimitHeaders(allowance))
}

async function replayDecision(
  context: RequestContext,
  { conversationId, approved }: Decision,
  asked: PendingApproval,
): Promise<Response> {
  const { answerId, fence, turnId, status, decided } = asked
  if (decided === null) throw new AppError('turn_in_progress')
  if (decided !== approved) throw new AppError('idempotency_mismatch')
  const turn = { conversationId, answerId, fence, turnId, isRunning: status === 'streaming' }
  return followTurn(context, turn, { headers: { 'idempotency-replayed': 'true' } })
}

/** A reader has the beginning of the answer on the screen: it comes again. */
async function* afresh(events: AsyncIterable<ModelEvent>): AsyncGenerator<AnswerEvent> {
  yield { type: 'restart' }
  yield* events
}

const notAsked: CacheNotice = Object.freeze({
  status: 'bypass',
  layer: null,
  similarity: null,
  ageSeconds: null,
  savedMs: null,
  savedUsd: null,
})
