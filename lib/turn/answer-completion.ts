import type { RequestContext } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { problemOf } from '@/lib/http/error-response'
import type { CompletionRequest } from '@/lib/openai/completion-request'
import { type CompletionFrame, chatCompletion, completionChunk, usageChunk } from '@/lib/openai/completion-shape'
import { openaiError } from '@/lib/openai/openai-error'
import { cacheStatusHeader } from './cache-status'
import { cacheNotice, type FoundAnswer } from './find-answer'
import type { CompletionPlan } from './plan-completion'
import type { CompletionEnd } from './run-completion'
import type { TurnStream } from './turn-stream'

type Completion = {
  request: CompletionRequest
  plan: CompletionPlan
  found: FoundAnswer
  answer: AsyncGenerator<string, CompletionEnd, undefined>
  /** For a reader who wants the words as they come. Closed: nobody reads any more. */
  stream: TurnStream
  /** Whoever asks is gone, and is told nothing of the answer. */
  signedOut: AbortSignal
}

/** What came first: a text, or the end. */
type First = IteratorResult<string, CompletionEnd>

/** Hands over the answer, whole or as it comes. What fails before the first word is thrown, so that the status tells it. */
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
  context.hold(streamCompletion(context, frame, first, completion))
  return new Response(completion.stream.response, { headers: { ...headers, ...streamHeaders } })
}

/** No proxy in between may hold the events back. */
const streamHeaders = Object.freeze({
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'private, no-store, no-transform',
  'x-accel-buffering': 'no',
})

async function wholeCompletion(frame: CompletionFrame, answer: Completion['answer'], first: First) {
  let text = ''
  let next = first
  for (; !next.done; next = await answer.next()) text += next.value
  const { failure, model, finishReason, usage } = next.value
  if (failure) throw failure
  return chatCompletion({ ...frame, model }, { text, finishReason, usage })
}

async function streamCompletion(
  context: RequestContext,
  frame: CompletionFrame,
  first: First,
  { request, answer, stream }: Completion,
): Promise<void> {
  const send = (...chunks: readonly object[]) => stream.send(chunks.map((chunk) => JSON.stringify(chunk)))
  send(completionChunk(frame, { role: 'assistant', content: '' }))
  let next = first
  for (; !next.done; next = await answer.next()) send(completionChunk(frame, { content: next.value }))
  const { failure, finishReason, usage } = next.value
  if (failure) {
    // It has begun with 200: that it failed is told in its own words, and no `[DONE]` follows.
    send(openaiError(problemOf(failure, context.requestId)))
    return stream.abandon()
  }
  send(completionChunk(frame, {}, finishReason), ...(request.includeUsage ? [usageChunk(frame, usage)] : []))
  stream.close()
}
