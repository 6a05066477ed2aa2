/**
 * The story of a turn, in the order in which it happens. `prefetchTurnState` has already run, concurrently with the
 * session query. The cache lookup, the opening statement in Postgres and the rate limit then run concurrently, and
 * all of them must have finished before a 2xx response starts. Only a miss costs another Redis command, which joins
 * the single flight of the same question.
 */
import type { Needs, RequestContext } from '@/lib/context'
import { titleConversation } from '@/lib/conversation/title-conversation'
import { addServerTiming, timed } from '@/lib/http/server-timing'
import type { ModelEvent } from '@/lib/model/call-model'
import { readBreaker } from '@/lib/model/circuit-breaker'
import { processStage } from '@/lib/process-handle'
import { textOf } from '@/lib/prompt/answer-messages'
import { addRateLimitHeaders } from '@/lib/rate-limit/require-rate-limit'
import { admitTurn } from './admit-turn'
import { type AnswerEvent, followFlight } from './follow/follow-flight'
import { answerLostClaim, replayTurn } from './follow/replay-turn'
import { type OpenTurn, openLiveTurn } from './open-turn'
import { planTurn } from './plan-turn'
import { type AnswerInProgress, streamAnswer } from './stream-answer'
import { callModelForAnswer } from './tools/agent-loop'
import { cacheNotice, type FoundAnswer, openTurnCache, replayAnswer } from './turn-cache'
import type { TurnRequest } from './turn-request'
import { requireTurnState, type TurnState } from './turn-state'

/**
 * Answers `POST /api/chat`. Every error that should be reported as a status code is thrown before the stream starts.
 */
export async function answerTurn(
  context: RequestContext,
  request: TurnRequest,
  prefetched: TurnState | null,
): Promise<Response> {
  // A repeated send attaches to its running answer or replays the finished one.
  const state = requireTurnState(context, prefetched)
  const replayed = state.claimed && (await replayTurn(context, request, state.claimed))
  if (replayed) return replayed

  const plan = planTurn(context, request, state)
  const cache = openTurnCache(context, request, plan, state)
  const breaker = readBreaker(context.redis, plan.model)
  if (request.cache === 'only') await cache.requireHit()

  // The turn is opened in Postgres while the rate limit is consumed.
  const opening = timed(context.now, openLiveTurn(context, request, plan))
  const admission = await admitTurn(context, request, plan.answerId, opening.result).catch((error) => {
    cache.release()
    throw error
  })
  const { turn, rateLimit, closeStream } = admission
  if (typeof turn === 'string') {
    cache.release()
    return answerLostClaim(context, request, turn)
  }
  const { found, finalize } = await cache.resultFor(turn)

  // The answer streams from the cache, from a concurrent turn with the same question, or from the model.
  const { conversationId } = request
  const stop = new AbortController()
  const callModel = () =>
    callModelForAnswer(context, { conversationId, ...plan, ...turn, signal: stop.signal, breaker })
  const response = streamAnswer(context, {
    answerId: turn.answerId,
    fence: turn.fence,
    turnId: request.turnId,
    model: plan.model,
    notice: cacheNotice(found),
    stop,
    flight: found.status === 'miss' ? found.flight : null,
    events: chooseAnswer(context, found, stop.signal, callModel),
    finalize,
    onFinish: titleFirstTurn(context, request, turn, found),
    closeStream,
  })
  addServerTiming(response.headers, 'open', opening.milliseconds() ?? 0)
  addServerTiming(response.headers, 'cache', cache.milliseconds() ?? 0)
  return addRateLimitHeaders(response, rateLimit)
}

/** Returns the source of the answer: the cache, a concurrent answer to the same question, or the model. */
function chooseAnswer(
  context: Needs<'redis' | 'subscriber' | 'keys'>,
  found: FoundAnswer,
  signal: AbortSignal,
  callModel: () => AsyncIterable<ModelEvent>,
): AsyncIterable<AnswerEvent> {
  if (found.status === 'hit') return replayAnswer(found)
  if (found.status === 'miss' && found.flight && found.follows)
    return followFlight(context, found.flight, signal, callModel)
  return callModel()
}

/**
 * Titles the conversation after its first turn. The title costs a model call, so it is skipped if the answer itself
 * did not cost one (a cache hit or a followed flight). Then the conversation keeps the start of the question as its
 * title. A draining process must not start new model calls either.
 */
function titleFirstTurn(
  context: RequestContext,
  { conversationId, turnId }: TurnRequest,
  turn: OpenTurn,
  found: FoundAnswer,
): AnswerInProgress['onFinish'] {
  return async ({ status, isFollowed, model, parts }) => {
    if (turn.parentId !== null || found.status === 'hit' || isFollowed) return
    if (status !== 'complete' || processStage() !== 'serving') return
    const exchange = { question: textOf(turn.question.parts), answer: textOf(parts) }
    await titleConversation(context, { conversationId, turnId, modelId: model, ...exchange })
  }
}
