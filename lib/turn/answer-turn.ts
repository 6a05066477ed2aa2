/**
 * The story of a turn. What stands here in order is also when it happens, but for what goes out together: the session
 * query and `prefetchTurnState` have run in one tick before this begins, and the turn is opened while the allowance is taken
 * and the cache is asked. Nothing of a 2xx is sent before all have answered. Only on a miss is Redis asked once more:
 * whether the same question is being answered elsewhere at this moment.
 */
import type { Needs, RequestContext } from '@/lib/context'
import { titleConversation } from '@/lib/conversation/title-conversation'
import { AppError } from '@/lib/errors'
import { addServerTiming, timed } from '@/lib/http/server-timing'
import type { ModelEvent } from '@/lib/model/call-model'
import { readBreaker } from '@/lib/model/circuit-breaker'
import { processStage } from '@/lib/process-handle'
import { textOf } from '@/lib/prompt/answer-messages'
import { withRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { admitTurn } from './admit-turn'
import { type AnswerEvent, followFlight } from './follow/follow-flight'
import { answerLostClaim, replayTurn } from './follow/replay-turn'
import { type OpenTurn, openLiveTurn } from './open-turn'
import { planTurn } from './plan-turn'
import { type AnswerInProgress, streamAnswer } from './stream-answer'
import { callModelForAnswer } from './tools/agent-loop'
import {
  cacheNotice,
  cacheQuestion,
  discardIfMoved,
  type FoundAnswer,
  finalizeAnswer,
  findAnswer,
  release,
  replayAnswer,
} from './turn-cache'
import type { TurnRequest } from './turn-request'
import { pathOf, requireTurnState, type TurnState } from './turn-state'

/** Answers `POST /api/chat`. Throws what a client can be told before the stream begins. */
export async function answerTurn(
  context: RequestContext,
  request: TurnRequest,
  recognised: TurnState | null,
): Promise<Response> {
  const state = requireTurnState(context, recognised)
  const replayed = state.claimed && (await replayTurn(context, request, state.claimed))
  if (replayed) return replayed

  const plan = planTurn(context, request, state)
  const question = cacheQuestion(context, plan, state.cacheEpoch, pathOf(context.keys, state))
  const looking = timed(context.now, findAnswer(context, request, question, plan.answerId))
  const breaker = readBreaker(context.redis, plan.model)
  if (request.cache === 'only' && (await looking.result).status !== 'hit') throw new AppError('not_cached')
  const opening = timed(context.now, openLiveTurn(context, request, plan))
  const taken = await admitTurn(context, request, plan.answerId, opening.result).catch((error) => {
    context.waitUntil(release(looking.result))
    throw error
  })
  const { turn, rateLimit, closeStream } = taken
  if (typeof turn === 'string') {
    context.waitUntil(release(looking.result))
    return answerLostClaim(context, request, turn)
  }
  const path = pathOf(context.keys, turn)
  const found = await discardIfMoved(context, looking.result, path === question.path)

  const { conversationId } = request
  const stop = new AbortController()
  const askModel = () => callModelForAnswer(context, { conversationId, ...plan, ...turn, signal: stop.signal, breaker })
  const response = streamAnswer(context, {
    answerId: turn.answerId,
    fence: turn.fence,
    turnId: request.turnId,
    model: plan.model,
    notice: cacheNotice(found),
    stop,
    flight: found.status === 'miss' ? found.flight : null,
    events: chooseAnswer(context, found, stop.signal, askModel),
    settle: finalizeAnswer(context, { ...question, path }, turn.answerId, found),
    afterwards: titleFirstTurn(context, request, turn, found),
    closeStream,
  })
  addServerTiming(response.headers, 'open', opening.milliseconds() ?? 0)
  addServerTiming(response.headers, 'cache', looking.milliseconds() ?? 0)
  return withRateLimit(response, rateLimit)
}

/** Where a turn's answer comes from: the cache, somebody who is being answered the same right now, or the model. */
function chooseAnswer(
  context: Needs<'redis' | 'subscriber' | 'keys'>,
  found: FoundAnswer,
  signal: AbortSignal,
  askModel: () => AsyncIterable<ModelEvent>,
): AsyncIterable<AnswerEvent> {
  if (found.status === 'hit') return replayAnswer(found)
  if (found.status === 'miss' && found.flight && found.follows)
    return followFlight(context, found.flight, signal, askModel)
  return askModel()
}

/**
 * What is left to do when the first turn of a conversation has ended and its reader knows: its title. An answer that cost
 * no call of the model, since it lay in the cache or was somebody else's, costs none for a title either: there the
 * beginning of the question stays. Neither does a process that is about to stop begin with one.
 */
function titleFirstTurn(
  context: RequestContext,
  { conversationId, turnId }: TurnRequest,
  turn: OpenTurn,
  found: FoundAnswer,
): AnswerInProgress['afterwards'] {
  return async ({ status, isFollowed, model, parts }) => {
    if (turn.parentId !== null || found.status === 'hit' || isFollowed) return
    if (status !== 'complete' || processStage() !== 'serving') return
    const exchange = { question: textOf(turn.question.parts), answer: textOf(parts) }
    await titleConversation(context, { conversationId, turnId, modelId: model, ...exchange })
  }
}
