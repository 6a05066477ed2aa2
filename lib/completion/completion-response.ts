import type { RequestContext } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { problemOf } from '@/lib/http/error-response'
import { cacheNotice, type FoundAnswer } from '@/lib/turn/turn-cache'
import { cacheStatusHeader, type TurnStream } from '@/lib/turn/turn-stream'
import type { CompletionRequest } from './completion-request'
import { type CompletionFrame, chatCompletion, completionChunk, usageChunk } from './completion-shape'
import { openaiError } from './openai-error'
import type { CompletionPlan } from './plan-completion'
import type { CompletionEnd, CompletionPiece } from './run-completion'

type Completion = {
  request: CompletionRequest
  plan: CompletionPlan
  found: FoundAnswer
  answer: AsyncGenerator<CompletionPiece, CompletionEnd, undefined>
  /** Used if the client requested a stream. Closed when the client has disconnected. */
  stream: TurnStream
  /** Aborts when the caller's session or key has been revoked. The caller must then receive no further output. */
  signedOut: AbortSignal
}

type FirstResult = IteratorResult<CompletionPiece, CompletionEnd>

/**
 * Returns the whole answer, or streams it. An error before the first output is thrown, so that it determines the
 * status code.
 */
export async function answerCompletion(context: RequestContext, completion: Completion): Promise<Response> {
  const { request, plan, found, answer } = completion
  const frame = {
    id: `chatcmpl-${plan.turnId.replaceAll('-', '')}`,
    created: Math.floor(context.arrivedAt / 1000),
    model: plan.model,
  }
  const headers = { 'cache-status': cacheStatusHeader(cacheNotice(found)) }
  const first = await answer.next()
  if (first.done && first.value.failure) throw first.value.failure
  if (!request.stream) {
    const whole = await wholeCompletion(frame, answer, first)
    if (completion.signedOut.aborted) throw new AppError('unauthenticated')
    return Response.json(whole, { headers })
  }
  context.waitUntil(streamCompletion(context, frame, first, completion))
  return new Response(completion.stream.response, { headers: { ...headers, ...streamHeaders } })
}

/** The last two headers keep proxies from buffering the events. */
const streamHeaders = Object.freeze({
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'private, no-store, no-transform',
  'x-accel-buffering': 'no',
})

async function wholeCompletion(frame: CompletionFrame, answer: Completion['answer'], first: FirstResult) {
  let text = ''
  let reasoning = ''
  let next = first
  for (; !next.done; next = await answer.next()) {
    if (next.value === 'restart') text = reasoning = ''
    else if ('content' in next.value) text += next.value.content
    else reasoning += next.value.reasoning_content
  }
  const { failure, model, finishReason, usage } = next.value
  if (failure) throw failure
  return chatCompletion({ ...frame, model }, { text, reasoning, finishReason, usage })
}

async function streamCompletion(
  context: RequestContext,
  frame: CompletionFrame,
  first: FirstResult,
  { request, answer, stream }: Completion,
): Promise<void> {
  const send = (...chunks: readonly object[]) => stream.send(chunks.map((chunk) => JSON.stringify(chunk)))
  send(completionChunk(frame, { role: 'assistant', content: '' }))
  let next = first
  // The protocol cannot withdraw sent text. After a restart the client receives the correct pieces in addition.
  for (; !next.done; next = await answer.next()) if (next.value !== 'restart') send(completionChunk(frame, next.value))
  const { failure, finishReason, usage } = next.value
  if (failure) {
    // The status 200 has been sent already, so the error is sent as an event, and no `[DONE]` follows.
    send(openaiError(problemOf(failure, context.requestId)))
    return stream.abandon()
  }
  send(completionChunk(frame, {}, finishReason), ...(request.includeUsage ? [usageChunk(frame, usage)] : []))
  stream.close()
}
