/**
 * The story of a turn. What stands here in order is also when it happens, but for what goes out together: the session
 * query and `recogniseTurn` have run in one tick before this begins, and the turn is opened while the allowance is taken
 * and the cache is asked. Nothing of a 2xx is sent before all have answered. Only on a miss is Redis asked once more:
 * whether the same question is being answered elsewhere at this moment.
 */

import { openFlight } from '@/lib/answer-cache/flight'
import type { RequestContext } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { addServerTiming, timed } from '@/lib/http/server-timing'
import { callWithFallback } from '@/lib/model/call-with-fallback'
import { readBreaker } from '@/lib/model/circuit-breaker'
import { assemblePrompt } from '@/lib/prompt/assemble-prompt'
import { withRateLimit } from '@/lib/rate-limit/rate-limit-headers'
import { cacheNotice, cacheQuestion, findAnswer, replayAnswer } from './find-answer'
import { followFlight } from './follow-flight'
import { goOnFrom } from './go-on-from'
import { openLiveTurn } from './open-live-turn'
import { planTurn } from './plan-turn'
import { pathOf, type TurnState, trustTurnState } from './recognise-turn'
import { answerLostClaim, replayTurn } from './replay-turn'
import { settleAnswer } from './settle-answer'
import { streamAnswer } from './stream-answer'
import { takeAllowance } from './take-allowance'
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
  const question = cacheQuestion(plan, state.cacheEpoch, pathOf(context.keys, state))
  const looking = timed(context.now, findAnswer(context, request, question))
  const breaker = readBreaker(context.redis, plan.model)
  if (request.cache === 'only' && (await looking.result).status !== 'hit') throw new AppError('not_cached')
  const opening = timed(context.now, openLiveTurn(context, request, plan))
  const allowing = takeAllowance(context, request, plan.answerId, opening.result)
  const [{ turn, rateLimit }, stored] = await Promise.all([allowing, looking.result])
  if (typeof turn === 'string') return answerLostClaim(context, request, turn)

  // Another turn ended in between: the look-up asked at a point where the conversation no longer is.
  const path = pathOf(context.keys, turn)
  const found =
    stored.status === 'hit' && path !== question.path ? ({ status: 'miss', reason: 'moved' } as const) : stored

  const prompt = assemblePrompt(plan.prefix, turn.history, turn.question.parts, turn.beginning)
  const stop = new AbortController()
  const call = { modelId: plan.model, ...prompt, signal: stop.signal }
  const askModel = () => goOnFrom(turn.beginning, callWithFallback(context.model, context.redis, call, breaker))
  const flight = found.status === 'miss' ? openFlight(context, { ...question, path }, turn) : null
  const follows = (await flight?.join()) === 'follows'
  const response = streamAnswer(context, {
    answerId: turn.answerId,
    fence: turn.fence,
    turnId: request.turnId,
    model: plan.model,
    notice: cacheNotice(found, follows),
    stop,
    flight,
    events:
      found.status === 'hit'
        ? replayAnswer(found)
        : flight && follows
          ? followFlight(context, flight, stop.signal, askModel)
          : askModel(),
    settle: settleAnswer(context, { ...question, path }, turn.answerId, found),
  })
  addServerTiming(response.headers, 'open', opening.milliseconds() ?? 0)
  addServerTiming(response.headers, 'cache', looking.milliseconds() ?? 0)
  return withRateLimit(response, rateLimit)
}
