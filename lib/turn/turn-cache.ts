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
import { AppError } from '@/lib/errors'
import { timed } from '@/lib/http/server-timing'
import type { MessageId } from '@/lib/ids'
import type { ModelEvent } from '@/lib/model/call-model'
import type { OpenTurn } from './open-turn'
import type { TurnPlan } from './plan-turn'
import type { AnswerInProgress } from './stream-answer'
import type { TurnRequest } from './turn-request'
import { pathOf, type TurnState } from './turn-state'

/**
 * The result of the cache lookup. A miss includes the single flight of the question, and whether this turn follows
 * another one.
 */
export type FoundAnswer = CachedHit | (CacheMiss & Joined) | { status: 'bypass' }
type Joined = { flight: Flight | null; follows: boolean }

/** Describes the question for the answer cache, at the given conversation path. */
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

/** The cache side of one turn: the lookup and the single flight, which every early exit of the turn must release. */
type TurnCache = {
  /** Throws `not_cached` unless the lookup is a hit. */
  requireHit: () => Promise<void>
  /** Releases the single flight in the background. Must be called if the turn ends before `resultFor`. */
  release: () => void
  /** Returns the lookup result for the opened turn. It is a miss if another turn moved the conversation since. */
  resultFor: (turn: OpenTurn) => Promise<{ found: FoundAnswer; finalize: AnswerInProgress['finalize'] }>
  /** The duration of the lookup, or null until it has finished. */
  milliseconds: () => number | null
}

/** Starts the lookup of a turn at the path that the question will have unless another turn moves the conversation. */
export function openTurnCache(
  context: Needs<'redis' | 'keys' | 'userId' | 'caller' | 'embedder' | 'settings' | 'log' | 'now' | 'waitUntil'>,
  request: TurnRequest,
  plan: TurnPlan,
  state: TurnState,
): TurnCache {
  const question = cacheQuestion(context, plan, state.cacheEpoch, pathOf(context.keys, state))
  const lookup = timed(context.now, findAnswer(context, request, question, plan.answerId))
  return {
    requireHit: async () => {
      if ((await lookup.result).status !== 'hit') throw new AppError('not_cached')
    },
    release: () => context.waitUntil(releaseFlight(lookup.result)),
    resultFor: async (turn) => {
      const path = pathOf(context.keys, turn)
      const found = await discardIfMoved(context, lookup.result, path === question.path)
      return { found, finalize: finalizeAnswer(context, { ...question, path }, turn.answerId, found) }
    },
    milliseconds: lookup.milliseconds,
  }
}

/**
 * Looks up the answer in the cache, unless the request or the user's preference disables the cache. On a miss, joins
 * the single flight of the question. `answerId` is the id that the row of this turn's answer will have.
 */
async function findAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings' | 'log'>,
  request: TurnRequest,
  question: CacheQuestion,
  answerId: MessageId,
): Promise<FoundAnswer> {
  if (request.cache === 'bypass' || question.answerCache === 'off') return { status: 'bypass' }
  // The first run of a turn has fence 1. A request with `cache: 'only'` must not join a flight, because it never
  // answers.
  const flight = request.cache === 'only' ? null : openFlight(context, question, { answerId, fence: 1 })
  let role: FlightRole = null
  let found = await lookupAnswer(context, question, async () => {
    role = (await flight?.join()) ?? null
  })
  // The answer was stored between the lookup and the join.
  if (found.status === 'miss' && role === 'stored') found = await lookupAnswer(context, question)
  if (found.status === 'hit') {
    void flight?.leave(false)
    return found
  }
  context.log.info('cache miss', { turnId: request.turnId, reason: found.reason })
  return { ...found, flight, follows: role === 'follows' }
}

/**
 * Returns the lookup result if the conversation has not moved since the lookup. If another turn has ended in between,
 * the question has a different path: the result is a miss and the single-flight lease is released.
 */
async function discardIfMoved(
  context: Needs<'waitUntil'>,
  lookup: Promise<FoundAnswer>,
  hasSamePath: boolean,
): Promise<FoundAnswer> {
  const found = await lookup
  if (hasSamePath || found.status === 'bypass') return found
  context.waitUntil(releaseFlight(lookup))
  return { status: 'miss', reason: 'moved', refusals: [], vector: null, flight: null, follows: false }
}

/**
 * Releases the single-flight lease of a lookup result that is discarded, so that followers do not wait for it. Never
 * rejects.
 */
async function releaseFlight(lookup: Promise<FoundAnswer>): Promise<void> {
  const found = await lookup
  if (found.status === 'miss') await found.flight?.leave(false)
}

/** Describes the lookup for the `data-cache` part and the `Cache-Status` header, which must agree. */
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

/** Streams a cached answer as the events of a free model call. */
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
 * Returns the function that decides how an answer is cached. The next question's path contains the identity of a
 * cached answer. An answer that must not be cached adds its own id to the path instead, so that nothing cached
 * elsewhere can match after it.
 */
export function finalizeAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'caller' | 'settings' | 'embedder' | 'waitUntil' | 'now'>,
  question: CacheQuestion,
  answerId: MessageId,
  found: FoundAnswer,
): AnswerInProgress['finalize'] {
  const isShareable = mayBeShared(question)
  const withFile = !isOnlyText(question.parts)
  const pathAfter = (identity: string | null) =>
    identity === null
      ? nextPath(context.keys, question.path, { identity: answerId, isShareable: false, withFile })
      : nextPath(context.keys, question.path, { identity, isShareable })
  return (answer) => {
    const isHit = found.status === 'hit'
    const identity = isHit ? found.identity : answer.isWhole ? identifyAnswer(context.keys, question, answer) : null
    const wordsHash = isHit ? found.words : undefined
    const cacheEntry = identity ? cacheEntryRef(context, question, identity, wordsHash) : null
    const finalized = { path: pathAfter(identity), cacheEntry }
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
    return { ...finalized, store }
  }
}

/** Maps a finished turn to the events that the cache counters count. */
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
