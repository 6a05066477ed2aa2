/**
 * An answer of a model that may call tools: a step, the tools that it called, the next step, which the model begins with
 * their results before it, until it has said what it has to say. What there is of the answer is the whole state of this
 * loop: it begins as well in the middle, with what a broken-off answer had come to, or with what the user has just decided.
 */

import { userHash } from '@/lib/answer-cache/answer-scope'
import type { RequestContext } from '@/lib/context'
import { type ChatChunk, type ChatPart, isToolPart, type TokenUsage } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import type { HistoryMessage } from '@/lib/history/replay-history'
import type { ConversationId, MessageId } from '@/lib/ids'
import { defaultTimeouts, type ModelTimeouts } from '@/lib/model/call-deadline'
import type { ModelCall, ModelEvent } from '@/lib/model/call-model'
import { callWithFallback } from '@/lib/model/call-with-fallback'
import type { BreakerReading } from '@/lib/model/circuit-breaker'
import type { ModelChunk, SkippedKind } from '@/lib/model/model-chunk'
import { type CallUsage, incompleteCall } from '@/lib/model/model-ending'
import { endsWithCalls, hasImage } from '@/lib/prompt/answer-messages'
import { assemblePrompt, type Prompt, showsImages } from '@/lib/prompt/assemble-prompt'
import type { PromptPrefix } from '@/lib/prompt/prompt-prefix'
import type { Tool } from '@/lib/tool'
import { collectParts } from '@/lib/turn/collect-parts'
import { resumeParts } from '@/lib/turn/resume-parts'
import type { TurnRun } from '@/lib/turn/turn-lease'
import { toolsForModel } from './chat-tools'
import { continueText } from './continue-text'
import { assignToolCallIds, executeToolCalls } from './execute-tool-calls'
import { hasRefusedImages, rememberRefusedImages, retryWithoutImages } from './retry-without-images'

/** Steps that may call tools; then the model is asked once more, and has to answer with what it has learnt. */
const mostSteps = 8

type AskedWithTools = {
  run: TurnRun
  questionId: MessageId
  /** What there is of the answer already. */
  beginning: readonly ChatPart[]
  /** What may be called. */
  tools: readonly Tool[]
  /** Returns the prompt for the rest of the answer, with or without the images of its messages. */
  promptAfter: (parts: readonly ChatPart[], withImages: boolean) => Prompt
  /**
   * Whether the model gets images at first. `isTold`: the question has images, and the user is informed that they are
   * left out.
   */
  images: { withImages: boolean; isTold: boolean; onRefused: () => void }
  call: Omit<ModelCall, 'instructions' | 'messages' | 'timeouts' | 'toolChoice'>
  /** What the calls before took. */
  spent?: CallUsage
  /** Of the model, for the first call; begun by the caller in one tick with its other commands. */
  breaker?: Promise<BreakerReading>
}

/**
 * Streams the answer as one call would, with one last event for all of its steps; together they have the time of one. The
 * end of an answer that called tools, or that began before, is `other`: it is kept for nobody who asks the same.
 */
async function* runAgentLoop(context: RequestContext, asked: AskedWithTools): AsyncGenerator<ModelEvent> {
  const { run, call, questionId, tools } = asked
  const { signal } = call
  const beginning = saysAnything(asked.beginning) ? asked.beginning : []
  const startedAt = performance.now()
  let collected = collectParts()
  const parts = () => collected.parts()
  const { name, givenTo } = assignToolCallIds(beginning)
  const isLate = () => performance.now() - startedAt > defaultTimeouts.totalMs
  let spent = asked.spent ?? nothingSpent
  let answeredBy: string | undefined
  let brokenText: string | null = null
  /** Whether a step of this answer began inside its reasoning without an opening tag. Then the next ones will, too. */
  let isImplicit = false
  const tell = (chunk: ChatChunk): ModelEvent => {
    collected.add(chunk)
    return { type: 'chunk', chunk: chunk as ModelChunk }
  }

  // All but the end of a last text: that goes on.
  const endsInText = beginning.at(-1)?.type === 'text'
  for (const chunk of resumeParts([])(beginning, !endsInText)) {
    if (endsInText && chunk.type === 'text-start') brokenText = chunk.id
    yield tell(chunk)
  }
  let { withImages, isTold: isToTell } = asked.images
  const skipped = new Map<SkippedKind, number>()
  const noted = () => (skipped.size > 0 ? { skipped } : {})
  for (let step = 1; ; step++) {
    for await (const chunk of executeToolCalls(context, { run, questionId, tools, parts, givenTo, signal, isLate }))
      yield tell(chunk)
    if (signal.aborted) return yield { type: 'aborted', ...by(answeredBy), ...noted(), spent }
    if (parts().some(isAsked)) return yield { type: 'end', finish: 'other', ...by(answeredBy), ...noted(), ...spent }

    let before = parts()
    const isFirst = before.every(({ type }) => type === 'data-notice')
    const callWith = (prompt: Prompt, isFirstCall: boolean) => {
      const next: ModelCall = {
        ...call,
        // A call that continues a text does not begin inside its reasoning.
        ...(brokenText !== null && { isReasoningImplicit: false }),
        ...(isImplicit && { isReasoningImplicit: true }),
        ...prompt,
        ...(!isFirstCall && { timeouts: timeLeft(startedAt) }),
        ...(step > mostSteps && { toolChoice: 'none' }),
      }
      return callWithFallback(context.model, context.redis, next, isFirstCall ? asked.breaker : undefined)
    }
    const prompt = asked.promptAfter(parts(), withImages)
    const first = callWith(prompt, step === 1)
    const events = showsImages(prompt)
      ? retryWithoutImages(
          first,
          () => callWith(asked.promptAfter(parts(), false), false),
          () => {
            withImages = false
            isToTell = true
            asked.images.onRefused()
          },
        )
      : first
    let ending = incompleteCall()
    for await (const event of brokenText === null ? events : continueText(brokenText, events)) {
      if (isToTell) {
        isToTell = false
        yield tell(imagesLeftOut(call.modelId))
        before = parts()
      }
      if (event.type === 'restart') {
        isImplicit = event.found === 'reasoning'
        yield event
        // The reader discards the whole answer, so the steps before this call are sent again as well.
        collected = collectParts()
        for (const chunk of resumeParts([])(before, brokenText === null)) yield tell(chunk)
      } else if (event.type === 'chunk') yield tell(name(event.chunk))
      else ending = event
    }
    brokenText = null
    answeredBy = ending.answeredBy ?? answeredBy
    for (const [kind, count] of ending.skipped ?? []) skipped.set(kind, (skipped.get(kind) ?? 0) + count)
    if (ending.type !== 'end') return yield { ...ending, ...by(answeredBy), ...noted(), spent }
    spent = sumUsage(spent, ending)
    const isDone = ending.finish !== 'tool-calls' && ending.finish !== 'stop'
    // Also where no call could be made: the model has to hear why.
    if (!isDone && call.tools && step <= mostSteps && endsWithCalls(parts())) continue
    const finish = isFirst || ending.finish === 'length' ? ending.finish : 'other'
    return yield { ...ending, finish, ...by(answeredBy), ...noted(), ...spent }
  }
}

const imagesLeftOut = (model: string): ChatChunk => ({ type: 'data-notice', data: { code: 'images_left_out', model } })

const saysAnything = (parts: readonly ChatPart[]) =>
  parts.some((part) => isToolPart(part) || (part.type === 'text' && part.text !== ''))

const isAsked = (part: ChatPart) => isToolPart(part) && part.state === 'approval-requested'

const timeLeft = (startedAt: number): ModelTimeouts => ({
  ...defaultTimeouts,
  totalMs: Math.max(1, defaultTimeouts.totalMs - (performance.now() - startedAt)),
})

const by = (answeredBy: string | undefined) => (answeredBy === undefined ? {} : { answeredBy })

type Asked = TurnRun & {
  conversationId: ConversationId
  question: { id: MessageId; parts: ChatPart[] }
  history: readonly HistoryMessage[]
  /** What there is of the answer already. */
  beginning: readonly ChatPart[]
  model: string
  prefix: PromptPrefix
  signal: AbortSignal
  /** What the calls before took, of an answer that is taken up again. */
  spent?: CallUsage
  /** Of the model; begun by the caller in one tick with its other commands. */
  breaker?: Promise<BreakerReading>
}

/** Has the model answer a question of a conversation, with the tools that the prefix offers and those of the operator's servers. */
export async function* callModelForAnswer(context: RequestContext, asked: Asked): AsyncGenerator<ModelEvent> {
  const { question, history, beginning, model, prefix, signal, spent, breaker } = asked
  const cacheKey = keyedHash(context.keys, 'prompt-cache', context.userId, asked.conversationId)
  const images = await imagesFor(context, asked)
  const { tools, kit, close } = await toolsForModel(context, prefix.tools, signal)
  try {
    yield* runAgentLoop(context, {
      run: { answerId: asked.answerId, fence: asked.fence },
      questionId: question.id,
      beginning,
      tools,
      promptAfter: (parts, withImages) =>
        assemblePrompt(prefix, history, question.parts, parts, { modelId: model, withImages }),
      images,
      call: { modelId: model, cacheKey, signal, ...(kit && { tools: kit }) },
      ...(spent && { spent }),
      ...(breaker && { breaker }),
    })
  } finally {
    // Nobody waits for a server to hear that it is not needed any more.
    context.waitUntil(close())
  }
}

/** Returns whether the model can view images. Redis is read only if there are images and the catalog does not say. */
async function imagesFor(context: RequestContext, asked: Asked): Promise<AskedWithTools['images']> {
  const { question, history, model } = asked
  const isShown = hasImage(question.parts)
  const vision = context.model.catalog.find(model)?.vision ?? null
  const isLookedUp = vision === null && (isShown || history.some(({ parts }) => hasImage(parts)))
  const user = () => userHash(context.keys, context.userId)
  const withImages = isLookedUp ? !(await hasRefusedImages(context.redis, model, user())) : vision !== false
  return {
    withImages,
    isTold: isShown && !withImages,
    onRefused: () => {
      if (vision === null) context.waitUntil(rememberRefusedImages(context.redis, model, user()))
    },
  }
}

const nothingSpent: CallUsage = Object.freeze({ usage: null, costUsd: null })

/** What two calls took together. What is not known of one is left out, and nothing is known where neither is. */
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
