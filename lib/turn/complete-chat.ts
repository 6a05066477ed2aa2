/**
 * The story of a completion: a question of another program, which brings its history along. It is a turn without a
 * conversation. Nothing is stored of it but what it took, and the answer in its asker's own cache; so nobody can follow it,
 * and when its reader leaves it ends.
 */
import type { RequestContext } from '@/lib/context'
import type { ModelEvent } from '@/lib/model/call-model'
import { callWithFallback } from '@/lib/model/call-with-fallback'
import { type BreakerReading, readBreaker } from '@/lib/model/circuit-breaker'
import type { CompletionRequest } from '@/lib/openai/completion-request'
import { rateLimitHeaders, withRateLimit } from '@/lib/rate-limit/rate-limit-headers'
import { requireStream } from '@/lib/rate-limit/require-allowance'
import { answerCompletion } from './answer-completion'
import { watchSignIn } from './end-when-signed-out'
import { replayAnswer } from './find-answer'
import { findCompletion } from './find-completion'
import { type CompletionPlan, planCompletion } from './plan-completion'
import { type Asker, trustAsker } from './recognise-asker'
import { runCompletion } from './run-completion'
import { openTurnStream, type TurnStream } from './turn-stream'

/** Answers `POST /v1/chat/completions`. Throws what a client can be told before the first word. */
export async function completeChat(
  context: RequestContext,
  request: CompletionRequest,
  recognised: Asker | null,
): Promise<Response> {
  const plan = planCompletion(context, request, trustAsker(context, recognised))
  const breaker = readBreaker(context.redis, plan.model)
  const [found, allowance] = await Promise.all([
    findCompletion(context, plan),
    requireStream(context, ['chat', 'chat-day'], context.userId),
  ])

  const stream = openTurnStream()
  const events = found.status === 'hit' ? replayAnswer(found) : askModel(context, plan, stream, breaker)
  const answer = closing(runCompletion(context, plan, found, events), allowance.closeStream)
  return withRateLimit(
    await answerCompletion(context, { request, plan, found, answer, stream }),
    rateLimitHeaders(allowance),
  )
}

/** The same answer; `close` is called when it has ended. */
async function* closing<T, End>(answer: AsyncGenerator<T, End>, close: () => void): AsyncGenerator<T, End, undefined> {
  try {
    return yield* answer
  } finally {
    close()
  }
}

/** Ends when its reader leaves, and when the key, the session or the account that asks is gone. */
async function* askModel(
  context: RequestContext,
  plan: CompletionPlan,
  stream: TurnStream,
  breaker: Promise<BreakerReading>,
): AsyncGenerator<ModelEvent> {
  const { signedOut, end } = watchSignIn(context)
  const signal = AbortSignal.any([context.signal, stream.closed, signedOut])
  try {
    yield* callWithFallback(context.model, context.redis, { ...plan.call, signal }, breaker)
  } finally {
    end()
  }
}
