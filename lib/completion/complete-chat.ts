/**
 * The story of a completion: a question of another program, which brings its history along. It is a turn without a
 * conversation. Nothing is stored of it but what it took, and the answer in its asker's own cache; so nobody can follow it,
 * and when its reader leaves it ends.
 */
import type { RequestContext } from '@/lib/context'
import { callWithFallback } from '@/lib/model/call-with-fallback'
import { readBreaker } from '@/lib/model/circuit-breaker'
import { rateLimitHeaders, requireStream, withRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { replayAnswer } from '@/lib/turn/turn-cache'
import { openTurnStream, watchSignIn } from '@/lib/turn/turn-stream'
import type { CompletionRequest } from './completion-request'
import { answerCompletion } from './completion-response'
import { type Caller, findCompletion, planCompletion, requireCaller } from './plan-completion'
import { runCompletion } from './run-completion'

/** Answers `POST /v1/chat/completions`. Throws what a client can be told before the first word. */
export async function completeChat(
  context: RequestContext,
  request: CompletionRequest,
  recognised: Caller | null,
): Promise<Response> {
  const plan = planCompletion(context, request, requireCaller(context, recognised))
  const breaker = readBreaker(context.redis, plan.model)
  const [found, allowance] = await Promise.all([
    findCompletion(context, plan),
    requireStream(context, ['chat', 'chat-day'], context.userId),
  ])

  const stream = openTurnStream()
  const { signedOut, end } = watchSignIn(context, stream)
  const signal = AbortSignal.any([context.signal, stream.closed, signedOut])
  const askModel = () => callWithFallback(context.model, context.redis, { ...plan.call, signal }, breaker)
  const events = found.status === 'hit' ? replayAnswer(found) : askModel()
  const answer = closing(runCompletion(context, plan, found, events), () => {
    end()
    allowance.closeStream()
  })
  return withRateLimit(
    await answerCompletion(context, { request, plan, found, answer, stream, signedOut }),
    rateLimitHeaders(allowance),
  )
}

/** Yields the same answer and calls `close` when it has ended or its reader leaves. */
async function* closing<T, End>(answer: AsyncGenerator<T, End>, close: () => void): AsyncGenerator<T, End, undefined> {
  try {
    return yield* answer
  } finally {
    close()
  }
}
