import type { RequestContext } from '@/lib/context'
import { createMessageBuilder } from '@/lib/contract/message-builder'
import { toStorable } from '@/lib/contract/stored-parts'
import type { TokenUsage } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import { describeError } from '@/lib/log'
import type { ModelEvent } from '@/lib/model/call-model'
import { incompleteCall, type ModelEnding } from '@/lib/model/model-ending'
import { describeSkipped } from '@/lib/model/stream-notes'
import { type FinalAnswer, outcomeOf } from '@/lib/turn/close-turn'
import { cacheNotice, type FoundAnswer, finalizeAnswer } from '@/lib/turn/turn-cache'
import { recordUsage } from '@/lib/usage/summarize-usage'
import type { FinishReason } from './completion-shape'
import type { CompletionPlan } from './plan-completion'

/**
 * How a completion ended. `failure` must be reported to the client instead of an end; it is null after an abort, when
 * the client has disconnected.
 */
export type CompletionEnd = {
  finishReason: FinishReason
  model: string
  usage: TokenUsage | null
  failure: AppError | null
}

/**
 * A piece of the answer. After a `restart` the client must discard the previous pieces, which will follow in
 * corrected form.
 */
export type CompletionPiece = { content: string } | { reasoning_content: string } | 'restart'

/**
 * Yields the answer as it streams and returns how it ended. Before it returns, its usage has been recorded and the
 * answer has been cached if that is allowed. Never throws.
 */
export async function* runCompletion(
  context: RequestContext,
  plan: CompletionPlan,
  found: FoundAnswer,
  events: AsyncIterable<ModelEvent>,
): AsyncGenerator<CompletionPiece, CompletionEnd, undefined> {
  const builder = createMessageBuilder()
  const elapsedMs = () => context.now() - context.arrivedAt
  let ending = incompleteCall()
  let ttftMs: number | null = null
  for await (const event of events) {
    if (event.type === 'restart') {
      builder.reset()
      yield 'restart'
      continue
    }
    if (event.type !== 'chunk') {
      ending = event
      break
    }
    const { chunk } = event
    builder.apply(chunk)
    if (chunk.type === 'reasoning-delta') yield { reasoning_content: chunk.delta }
    if (chunk.type !== 'text-delta') continue
    ttftMs ??= elapsedMs()
    yield { content: chunk.delta }
  }
  const skipped = describeSkipped(ending.skipped)
  if (skipped !== null) context.log.warn('stream chunks skipped', { turnId: plan.turnId, reason: skipped })
  const model = ending.answeredBy ?? plan.model
  const final = {
    ...outcomeOf(ending, context.signal),
    model,
    parts: toStorable(builder.parts()),
    durationMs: elapsedMs(),
  }
  await recordAndCache(context, plan, found, final, ttftMs)
  return { finishReason: finishReasonOf(ending), model, usage: final.usage, failure: toFailure(context, plan, ending) }
}

/**
 * Records the usage and caches the answer. A failure to record is logged and not thrown, because the client already
 * has its answer.
 */
async function recordAndCache(
  context: RequestContext,
  plan: CompletionPlan,
  found: FoundAnswer,
  final: FinalAnswer,
  ttftMs: number | null,
): Promise<void> {
  const { layer, savedMs, savedUsd } = cacheNotice(found)
  const { model, status, usage, costUsd, durationMs } = final
  const record = {
    turnId: plan.turnId,
    model,
    outcome: status,
    cacheLayer: layer,
    ...usage,
    costUsd: costUsd ?? 0,
    savedMs: savedMs ?? 0,
    savedUsd: savedUsd ?? 0,
    ttftMs,
    durationMs,
  }
  try {
    await recordUsage(context, record)
  } catch (error) {
    context.log.error('usage not recorded', { turnId: plan.turnId, error: describeError(error) })
    // The inserted row proves that the account still exists. Without it, the answer must not be cached.
    return
  }
  await finalizeAnswer(context, plan.question, plan.answerId, found)(final).store()
}

function finishReasonOf(ending: ModelEnding): FinishReason {
  if (ending.type !== 'end') return 'stop'
  if (ending.finish === 'content-filter') return 'content_filter'
  return ending.finish === 'length' ? 'length' : 'stop'
}

function toFailure({ log }: RequestContext, { turnId }: CompletionPlan, ending: ModelEnding): AppError | null {
  if (ending.type !== 'failed') return null
  const { code, cause, retryAfterSeconds } = ending
  log.warn('model failed', { turnId, code, error: describeError(cause) })
  return new AppError(code, { cause, ...(retryAfterSeconds !== null && { retryAfterSeconds }) })
}
