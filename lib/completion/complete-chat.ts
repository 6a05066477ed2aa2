/**
 * The story of a completion: a stateless question of an API client, which sends its own history. Only the usage is
 * stored, and the answer in the caller's private cache. Other clients cannot follow a completion, so it is aborted
 * when its client disconnects.
 */
import type { RequestContext } from '@/lib/context'
import { callWithFallback } from '@/lib/model/call-with-fallback'
import { readBreaker } from '@/lib/model/circuit-breaker'
import { addRateLimitHeaders, rateLimitHeaders, requireStream } from '@/lib/rate-limit/require-rate-limit'
import { replayAnswer } from '@/lib/turn/turn-cache'
import { openTurnStream, watchSignIn } from '@/lib/turn/turn-stream'
import type { CompletionRequest } from './completion-request'
import { answerCompletion } from './completion-response'
import { type Caller, findCompletion, planCompletion, requireCaller } from './plan-completion'
import { runCompletion } from './run-completion'

/**
 * Answers `POST /v1/chat/completions`. Every error before the first output is thrown, so that it can be reported as a
 * status code.
 */
export async function completeChat(
  context: RequestContext,
  request: CompletionRequest,
  prefetched: Caller | null,
): Promise<Response> {
  const plan = planCompletion(context, request, requireCaller(context, prefetched))
  const breaker = readBreaker(context.redis, plan.model)
  const [found, rateLimit] = await Promise.all([
    findCompletion(context, plan),
    requireStream(context, ['chat', 'chat-day'], context.userId),
  ])

  const stream = openTurnStream()
  const { signedOut, end } = watchSignIn(context, stream)
  const signal = AbortSignal.any([context.signal, stream.closed, signedOut])
  const startModelCall = () => callWithFallback(context.model, context.redis, { ...plan.call, signal }, breaker)
  const events = found.status === 'hit' ? replayAnswer(found) : startModelCall()
  const answer = withClose(runCompletion(context, plan, found, events), () => {
    end()
    rateLimit.closeStream()
  })
  return addRateLimitHeaders(
    await answerCompletion(context, { request, plan, found, answer, stream, signedOut }),
    rateLimitHeaders(rateLimit),
  )
}

/** Yields the same answer and calls `close` when it has ended or its client disconnects. */
async function* withClose<T, End>(
  answer: AsyncGenerator<T, End>,
  close: () => void,
): AsyncGenerator<T, End, undefined> {
  try {
    return yield* answer
  } finally {
    close()
  }
}
