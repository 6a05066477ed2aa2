import type { AnswerOrigin } from '@/lib/answer-cache/answer-scope'
import { countCacheEvents } from '@/lib/answer-cache/cache-counters'
import type { CachedHit, CacheMiss } from '@/lib/answer-cache/cache-lookup'
import { type CacheQuestion, cacheEntryRef, mayBeShared } from '@/lib/answer-cache/cache-question'
import { isOnlyText } from '@/lib/answer-cache/cacheable-turn'
import { nextPath } from '@/lib/answer-cache/conversation-path'
import { type Flight, type FlightRole, openFlight } from '@/lib/answer-cache/flight'
import { lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import { identifyAnswer, storeAnswer } from '@/lib/answer-cache/store-answer'
import type { Needs } from '@/lib/context'
import type { CacheNotice } from '@/lib/contract/ui-message'
import type { MessageId } from '@/lib/ids'
import type { ModelEvent } from '@/lib/model/call-model'
import type { TurnPlan } from './plan-turn'
import type { AnswerInProgress } from './stream-answer'
import type { TurnRequest } from './turn-request'

/**
 * What the cache said: an answer, nothing, or that it was not asked. On a miss: those who ask the same at this moment, and
 * whether one of them is being answered already.
 */
export type FoundAnswer = CachedHit | (CacheMiss & Joined) | { status: 'bypass' }
type Joined = { flight: Flight | null; follows: boolean }

/** The question as the answer cache sees it, at one point of a conversation. */
export function cacheQuestion(
  { embedder }: Needs<'embedder'>,
  plan: Pick<TurnPlan, 'model' | 'prefix' | 'question' | 'answerCache'>,
  cacheEpoch: number,
  path: string,
): CacheQuestion {
  const origin: AnswerOrigin = {
    modelId: plan.model,
    generationSettings: {},
    promptVersion: plan.prefix.version,
    toolSetVersion: plan.prefix.toolSetVersion,
    answerLanguage: '',
    knowledgeEpoch: 0,
    embedderId: embedder?.id ?? 'none',
  }
  return { parts: plan.question, answerCache: plan.answerCache, cacheEpoch, path, origin }
}

/**
 * Asks the answer cache, unless the request or the user's choice says not to, and on the way to a miss who else is asking.
 * `answerId`: of the row that this turn's answer will be.
 */
export async function findAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings' | 'log'>,
  request: TurnRequest,
  question: CacheQuestion,
  answerId: MessageId,
): Promise<FoundAnswer> {
  if (request.cache === 'bypass' || question.answerCache === 'off') return { status: 'bypass' }
  // A turn's first run has the fence 1. Who only looks asks nobody, and leads nobody.
  const flight = request.cache === 'only' ? null : openFlight(context, question, { answerId, fence: 1 })
  let role: FlightRole = null
  let found = await lookupAnswer(context, question, async () => {
    role = (await flight?.join()) ?? null
  })
  // It was stored between the look and the joining.
  if (found.status === 'miss' && role === 'stored') found = await lookupAnswer(context, question)
  if (found.status === 'hit') {
    void flight?.leave(false)
    return found
  }
  context.log.info('cache miss', { turnId: request.turnId, reason: found.reason })
  return { ...found, flight, follows: role === 'follows' }
}

/**
 * What was found, if the conversation is still where it was looked for. Another turn may have ended in between: then it
 * is of no use, and nobody is led from here.
 */
export async function discardIfMoved(
  context: Needs<'waitUntil'>,
  looking: Promise<FoundAnswer>,
  isStillThere: boolean,
): Promise<FoundAnswer> {
  const found = await looking
  if (isStillThere || found.status === 'bypass') return found
  context.waitUntil(release(looking))
  return { status: 'miss', reason: 'moved', refusals: [], vector: null, flight: null, follows: false }
}

/** What was found is of no use after all: whoever waits for this turn's answer must not. Never rejects. */
export async function release(looking: Promise<FoundAnswer>): Promise<void> {
  const found = await looking
  if (found.status === 'miss') await found.flight?.leave(false)
}

/** The same for the page and for `Cache-Status`. */
export function cacheNotice(found: FoundAnswer): CacheNotice {
  const hit = found.status === 'hit' ? found : null
  return {
    status: found.status,
    ...(found.status === 'miss' && found.follows && { collapsed: true }),
    layer: hit?.layer ?? null,
    similarity: hit?.similarity ?? null,
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

/**
 * What the end of an answer means to the cache: where the conversation now stands, and whether the answer is kept. One
 * that came from the cache keeps its identity and is there already; one that may not be cached stands for itself.
 */
export function finalizeAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'caller' | 'settings' | 'embedder' | 'waitUntil' | 'now'>,
  question: CacheQuestion,
  answerId: MessageId,
  found: FoundAnswer,
): AnswerInProgress['settle'] {
  const isShareable = mayBeShared(question)
  const withFile = !isOnlyText(question.parts)
  const after = (identity: string | null) =>
    identity === null
      ? nextPath(context.keys, question.path, { identity: answerId, isShareable: false, withFile })
      : nextPath(context.keys, question.path, { identity, isShareable })
  return (answer) => {
    const isHit = found.status === 'hit'
    const identity = isHit ? found.identity : answer.isWhole ? identifyAnswer(context.keys, question, answer) : null
    const words = isHit ? found.words : undefined
    const cacheEntry = identity ? cacheEntryRef(context, question, identity, words) : null
    const settled = { path: after(identity), cacheEntry }
    const store = async () => {
      const isStored =
        isHit ||
        answer.isFollowed ||
        (answer.isWhole &&
          (await storeAnswer(
            context,
            question,
            { ...answer, messageId: answerId },
            found.status === 'miss' ? found.vector : null,
          )))
      if (found.status !== 'bypass' || isStored) countCacheEvents(context, eventsOf(found, answer.isFollowed, isStored))
      return isStored
    }
    return { ...settled, store }
  }
}

/** A turn as the counters see it. */
function eventsOf(found: FoundAnswer, isFollowed: boolean, isStored: boolean): Parameters<typeof countCacheEvents>[1] {
  switch (found.status) {
    case 'hit': {
      const { usage, costUsd, durationMs } = found.answer
      return {
        lookups: 1,
        [`hit:${found.layer}`]: 1,
        ...(found.isShared && { 'hit:shared': 1 }),
        saved_tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
        saved_usd: costUsd ?? 0,
        saved_ms: durationMs,
      }
    }
    case 'miss': {
      const refused = Object.fromEntries(found.refusals.map((rule) => [`refused:${rule}`, 1]))
      const end = isFollowed ? { followed: 1 } : isStored ? { stored: 1 } : {}
      return { lookups: 1, [`miss:${found.reason}`]: 1, ...refused, ...end }
    }
    case 'bypass':
      return { stored: 1 }
  }
}
