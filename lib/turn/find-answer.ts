import type { AnswerOrigin } from '@/lib/answer-cache/answer-scope'
import type { CacheQuestion } from '@/lib/answer-cache/cache-question'
import { type CachedHit, type CacheMiss, lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import type { Needs } from '@/lib/context'
import type { CacheNotice } from '@/lib/contract/ui-message'
import type { ModelEvent } from '@/lib/model/call-model'
import type { TurnPlan } from './plan-turn'
import type { TurnRequest } from './turn-request'

/** What the cache said: an answer, nothing, or that it was not asked. */
export type FoundAnswer = CachedHit | CacheMiss | { status: 'bypass' }

/** The question as the answer cache sees it, at one point of a conversation. */
export function cacheQuestion(plan: TurnPlan, cacheEpoch: number, path: string): CacheQuestion {
  const origin: AnswerOrigin = {
    modelId: plan.model,
    generationSettings: {},
    promptVersion: plan.prefix.version,
    toolSetVersion: plan.prefix.toolSetVersion,
    answerLanguage: '',
    knowledgeEpoch: 0,
    embedderId: 'none',
  }
  return { parts: plan.question, answerCache: plan.answerCache, cacheEpoch, path, origin }
}

/** Asks the answer cache, unless the request or the user's choice says not to. */
export async function findAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'log'>,
  request: TurnRequest,
  question: CacheQuestion,
): Promise<FoundAnswer> {
  if (request.cache === 'bypass' || question.answerCache === 'off') return { status: 'bypass' }
  const found = await lookupAnswer(context, question)
  if (found.status === 'miss') context.log.info('cache miss', { turnId: request.turnId, reason: found.reason })
  return found
}

/** The same for the page and for `Cache-Status`. */
export function cacheNotice(found: FoundAnswer, collapsed: boolean): CacheNotice {
  const hit = found.status === 'hit' ? found : null
  return {
    status: found.status,
    ...(collapsed && { collapsed }),
    layer: hit?.layer ?? null,
    similarity: null,
    ageSeconds: hit?.ageSeconds ?? null,
    savedMs: hit?.answer.durationMs ?? null,
    savedUsd: hit?.answer.costUsd ?? null,
  }
}

/** A stored answer as the model would have given it, at once and for nothing. */
export async function* replayAnswer({ answer }: CachedHit): AsyncGenerator<ModelEvent> {
  for (const [index, { text }] of answer.parts.entries()) {
    const id = String(index)
    yield { type: 'chunk', chunk: { type: 'text-start', id } }
    yield { type: 'chunk', chunk: { type: 'text-delta', id, delta: text } }
    yield { type: 'chunk', chunk: { type: 'text-end', id } }
  }
  const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }
  yield { type: 'end', finish: 'stop', usage, costUsd: 0 }
}
