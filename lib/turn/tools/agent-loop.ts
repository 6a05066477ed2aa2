/**
 * This file is longer than others so that the loop can be read from top to bottom.
 *
 * Answers with a model that may call tools. Each step calls the model and then runs the tools that it called; the
 * next step starts with their results, until the model answers without a call. The parts of the answer are the entire
 * state of this loop. It can therefore also start in the middle, with the parts of an interrupted answer or with a
 * decision of the user.
 */

import { userHash } from '@/lib/answer-cache/answer-scope'
import type { RequestContext } from '@/lib/context'
import { createMessageBuilder } from '@/lib/contract/message-builder'
import { diffMessage } from '@/lib/contract/message-diff'
import { toStorable } from '@/lib/contract/stored-parts'
import { type ChatChunk, type ChatPart, isToolPart, type TokenUsage } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import type { HistoryMessage } from '@/lib/history/replay-history'
import type { ConversationId, MessageId } from '@/lib/ids'
import { defaultTimeouts, type ModelTimeouts } from '@/lib/model/call-deadline'
import type { ModelCall, ModelEvent } from '@/lib/model/call-model'
import { callWithFallback } from '@/lib/model/call-with-fallback'
import type { BreakerReading } from '@/lib/model/circuit-breaker'
import type { ModelChunk } from '@/lib/model/model-chunk'
import { type CallUsage, incompleteCall } from '@/lib/model/model-ending'
import type { SkippedKind } from '@/lib/model/stream-notes'
import { endsWithCalls, hasImage } from '@/lib/prompt/answer-messages'
import { assemblePrompt, type Prompt, showsImages } from '@/lib/prompt/assemble-prompt'
import type { PromptPrefix } from '@/lib/prompt/prompt-prefix'
import type { Tool } from '@/lib/tool'
import type { TurnRun } from '@/lib/turn/turn-lease'
import { continueText } from './continue-text'
import { assignToolCallIds, executeToolCalls } from './execute-tool-calls'
import { hasRefusedImages, rememberRefusedImages, retryWithoutImages } from './retry-without-images'
import { toolsForModel } from './server-tools'

/**
 * Limit for the steps that may call tools. The model is then called once more without tools and must answer with the
 * results so far.
 */
const maxSteps = 8

type AgentLoopInput = {
  run: TurnRun
  questionId: MessageId
  /** Parts generated before this run (continue, approval). */
  partialParts: readonly ChatPart[]
  /** The tools that may be called. */
  tools: readonly Tool[]
  /** Returns the prompt for the rest of the answer, with or without the images of its messages. */
  promptAfter: (parts: readonly ChatPart[], withImages: boolean) => Prompt
  /**
   * Whether the model receives images at first. `noticeDue`: the question has images, and the user must be informed
   * that they are left out.
   */
  images: { withImages: boolean; noticeDue: boolean; onRefused: () => void }
  call: Omit<ModelCall, 'instructions' | 'messages' | 'timeouts' | 'toolChoice'>
  /** Usage of the earlier runs when an answer is resumed. */
  priorUsage?: CallUsage
  /** Breaker state of the model for the first call, read in the caller's Redis batch. */
  breaker?: Promise<BreakerReading>
}

/**
 * Streams the answer like a single model call, with one final event for all steps, which share the time limit of one
 * call. An answer that called tools or started with earlier parts ends with `other`, so that it is never cached or
 * shared.
 */
async function* runAgentLoop(context: RequestContext, input: AgentLoopInput): AsyncGenerator<ModelEvent> {
  const { run, call, questionId, tools } = input
  const { signal } = call
  const partialParts = hasContent(input.partialParts) ? input.partialParts : []
  const startedAt = performance.now()
  const builder = createMessageBuilder()
  const parts = () => toStorable(builder.parts())
  const { assign, providerCallId } = assignToolCallIds(partialParts)
  const isOutOfTime = () => performance.now() - startedAt > defaultTimeouts.totalMs
  let spent = input.priorUsage ?? noUsage
  let answeredBy: string | undefined
  let openTextId: string | null = null
  /**
   * Whether a step of this answer has started inside its reasoning without an opening tag. Then the following steps
   * will do so as well.
   */
  let startsInReasoning = false
  const emit = (chunk: ChatChunk): ModelEvent => {
    builder.apply(chunk)
    return { type: 'chunk', chunk: chunk as ModelChunk }
  }

  // A trailing text part stays open, because the model continues it.
  const endsInText = partialParts.at(-1)?.type === 'text'
  for (const chunk of diffMessage([])(partialParts, !endsInText)) {
    if (endsInText && chunk.type === 'text-start') openTextId = chunk.id
    yield emit(chunk)
  }
  let { withImages, noticeDue: isNoticeDue } = input.images
  const skipped = new Map<SkippedKind, number>()
  const callFacts = () => ({ ...(answeredBy !== undefined && { answeredBy }), ...(skipped.size > 0 && { skipped }) })
  for (let step = 1; ; step++) {
    for await (const chunk of executeToolCalls(context, {
      run,
      questionId,
      tools,
      parts,
      providerCallId,
      signal,
      isOutOfTime,
    }))
      yield emit(chunk)
    if (signal.aborted) return yield { type: 'aborted', ...callFacts(), spent }
    if (parts().some(awaitsApproval)) return yield { type: 'end', finish: 'other', ...callFacts(), ...spent }

    let before = parts()
    const isFirst = before.every(({ type }) => type === 'data-notice')
    const callWith = (prompt: Prompt, isFirstCall: boolean) => {
      const next: ModelCall = {
        ...call,
        // A call that continues a text does not start inside its reasoning.
        ...(openTextId !== null && { isReasoningImplicit: false }),
        ...(startsInReasoning && { isReasoningImplicit: true }),
        ...prompt,
        ...(!isFirstCall && { timeouts: timeLeft(startedAt) }),
        ...(step > maxSteps && { toolChoice: 'none' }),
      }
      return callWithFallback(context.model, context.redis, next, isFirstCall ? input.breaker : undefined)
    }
    const prompt = input.promptAfter(parts(), withImages)
    const first = callWith(prompt, step === 1)
    const events = showsImages(prompt)
      ? retryWithoutImages(
          first,
          () => callWith(input.promptAfter(parts(), false), false),
          () => {
            withImages = false
            isNoticeDue = true
            input.images.onRefused()
          },
        )
      : first
    let ending = incompleteCall()
    for await (const event of openTextId === null ? events : continueText(openTextId, events)) {
      if (isNoticeDue) {
        isNoticeDue = false
        yield emit(imagesLeftOut(call.modelId))
        before = parts()
      }
      if (event.type === 'restart') {
        startsInReasoning = event.found === 'reasoning'
        yield event
        // The client discards the whole answer, so the steps before this call must be sent again as well.
        builder.reset()
        for (const chunk of diffMessage([])(before, openTextId === null)) yield emit(chunk)
      } else if (event.type === 'chunk') yield emit(assign(event.chunk))
      else ending = event
    }
    openTextId = null
    answeredBy = ending.answeredBy ?? answeredBy
    for (const [kind, count] of ending.skipped ?? []) skipped.set(kind, (skipped.get(kind) ?? 0) + count)
    if (ending.type !== 'end') return yield { ...ending, ...callFacts(), spent }
    spent = sumUsage(spent, ending)
    const isDone = ending.finish !== 'tool-calls' && ending.finish !== 'stop'
    // Also continues if no call could be made, because the model must learn why.
    if (!isDone && call.tools && step <= maxSteps && endsWithCalls(parts())) continue
    const finish = isFirst || ending.finish === 'length' ? ending.finish : 'other'
    return yield { ...ending, finish, ...callFacts(), ...spent }
  }
}

const imagesLeftOut = (model: string): ChatChunk => ({ type: 'data-notice', data: { code: 'images_left_out', model } })

const hasContent = (parts: readonly ChatPart[]) =>
  parts.some((part) => isToolPart(part) || (part.type === 'text' && part.text !== ''))

const awaitsApproval = (part: ChatPart) => isToolPart(part) && part.state === 'approval-requested'

const timeLeft = (startedAt: number): ModelTimeouts => ({
  ...defaultTimeouts,
  totalMs: Math.max(1, defaultTimeouts.totalMs - (performance.now() - startedAt)),
})

type ModelAnswerInput = TurnRun & {
  conversationId: ConversationId
  question: { id: MessageId; parts: ChatPart[] }
  history: readonly HistoryMessage[]
  /** Parts generated before this run (continue, approval). */
  partialParts: readonly ChatPart[]
  model: string
  prefix: PromptPrefix
  signal: AbortSignal
  /** Usage of the earlier runs when an answer is resumed. */
  priorUsage?: CallUsage
  /** Breaker state of the model, read in the caller's Redis batch. */
  breaker?: Promise<BreakerReading>
}

/** Calls the model for an answer, with the tools of the prefix and those of the operator's MCP servers. */
export async function* callModelForAnswer(
  context: RequestContext,
  input: ModelAnswerInput,
): AsyncGenerator<ModelEvent> {
  const { question, history, partialParts, model, prefix, signal, priorUsage, breaker } = input
  const cacheKey = keyedHash(context.keys, 'prompt-cache', context.userId, input.conversationId)
  const images = await imagesFor(context, input)
  const { tools, kit, close } = await toolsForModel(context, prefix.tools, signal)
  try {
    yield* runAgentLoop(context, {
      run: { answerId: input.answerId, fence: input.fence },
      questionId: question.id,
      partialParts,
      tools,
      promptAfter: (parts, withImages) =>
        assemblePrompt(prefix, history, question.parts, parts, { modelId: model, withImages }),
      images,
      call: { modelId: model, cacheKey, signal, ...(kit && { tools: kit }) },
      ...(priorUsage && { priorUsage }),
      ...(breaker && { breaker }),
    })
  } finally {
    // Closing the servers may be slow, and the turn must not wait for it.
    context.waitUntil(close())
  }
}

/** Returns whether the model can view images. Redis is read only if there are images and the catalog does not say. */
async function imagesFor(context: RequestContext, input: ModelAnswerInput): Promise<AgentLoopInput['images']> {
  const { question, history, model } = input
  const questionHasImages = hasImage(question.parts)
  const vision = context.model.catalog.find(model)?.vision ?? null
  const mustLookUp = vision === null && (questionHasImages || history.some(({ parts }) => hasImage(parts)))
  const user = () => userHash(context.keys, context.userId)
  const withImages = mustLookUp ? !(await hasRefusedImages(context.redis, model, user())) : vision !== false
  return {
    withImages,
    noticeDue: questionHasImages && !withImages,
    onRefused: () => {
      if (vision === null) context.waitUntil(rememberRefusedImages(context.redis, model, user()))
    },
  }
}

const noUsage: CallUsage = Object.freeze({ usage: null, costUsd: null })

/** Adds usage. The sum is unknown only if both inputs are unknown. */
function sumUsage(one: CallUsage, other: CallUsage): CallUsage {
  return {
    usage: one.usage && other.usage ? addUsage(one.usage, other.usage) : (one.usage ?? other.usage),
    costUsd: one.costUsd === null && other.costUsd === null ? null : (one.costUsd ?? 0) + (other.costUsd ?? 0),
  }
}

const addUsage = (one: TokenUsage, other: TokenUsage): TokenUsage => ({
  inputTokens: one.inputTokens + other.inputTokens,
  cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
})
