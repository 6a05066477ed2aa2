/**
 * The story of a turn. What stands here in order is also when it happens, but for what goes out together: the session
 * query and `recogniseTurn` have run in one tick before this begins, and the turn is opened while the allowance is taken
 * and the cache is asked. Nothing of a 2xx is sent before all have answered. Only on a miss is Redis asked once more:
 * whether the same question is being answered elsewhere at this moment.
 */
import type { RequestContext } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { addServerTiming, timed } from '@/lib/http/server-timing'
import { readBreaker } from '@/lib/model/circuit-breaker'
import { withRateLimit } from '@/lib/rate-limit/require-allowance'
import { askForAnswer } from './ask-for-answer'
import { chooseAnswer } from './choose-answer'
import { cacheNotice, cacheQuestion, findAnswer, foundAt, letGo } from './find-answer'
import { openLiveTurn } from './open-live-turn'
import { planTurn } from './plan-turn'
import { pathOf, type TurnState, trustTurnState } from './recognise-turn'
import { answerLostClaim, replayTurn } from './replay-turn'
import { settleAnswer } from './settle-answer'
import { streamAnswer } from './stream-answer'
import { takeAllowance } from './take-allowance'
import { titleFirstTurn } from './title-first-turn'
import type { TurnRequest } from './turn-request'

/** Answers `POST /api/chat`. Throws what a client can be told before the stream begins. */
export async function answerTurn(
  context: RequestContext,
  request: TurnRequest,
  recognised: TurnState | null,
): Promise<Response> {
  const state = trustTurnState(context, recognised)
  const replayed = state.claimed && (await replayTurn(context, request, state.claimed))
  if (replayed) return replayed

  const plan = planTurn(context, request, state)
  const question = cacheQuestion(context, plan, state.cacheEpoch, pathOf(context.keys, state))
  const looking = timed(context.now, findAnswer(context, request, question, plan.answerId))
  const breaker = readBreaker(context.redis, plan.model)
  if (request.cache === 'only' && (await looking.result).status !== 'hit') throw new AppError('not_cached')
  const opening = timed(context.now, openLiveTurn(context, request, plan))
  const taken = await takeAllowance(context, request, plan.answerId, opening.result).catch((error) => {
    context.hold(letGo(looking.result))
    throw error
  })
  const { turn, rateLimit, closeStream } = taken
  if (typeof turn === 'string') {
    context.hold(letGo(looking.result))
    return answerLostClaim(context, request, turn)
  }
  const path = pathOf(context.keys, turn)
  const found = await foundAt(context, looking.result, path === question.path)

  const { conversationId } = request
  const stop = new AbortController()
  const askModel = () => askForAnswer(context, { conversationId, ...plan, ...turn, signal: stop.signal, breaker })
  const response = streamAnswer(context, {
    answerId: turn.answerId,
    fence: turn.fence,
    turnId: request.turnId,
    model: plan.model,
    notice: cacheNotice(found),
    stop,
    flight: found.status === 'miss' ? found.flight : null,
    events: chooseAnswer(context, found, stop.signal, askModel),
    settle: settleAnswer(context, { ...question, path }, turn.answerId, found),
    afterwards: titleFirstTurn(context, request, turn, found),
    closeStream,
  })
  addServerTiming(response.headers, 'open', opening.milliseconds() ?? 0)
  addServerTiming(response.headers, 'cache', looking.milliseconds() ?? 0)
  return withRateLimit(response, rateLimit)
}
