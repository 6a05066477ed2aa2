import { setTimeout as pause } from 'node:timers/promises'
import { type UnsharedReason, unsharedQuestion } from '@/lib/answer-cache/cache-question'
import { type UncacheableReason, uncacheableQuestion } from '@/lib/answer-cache/cacheable-turn'
import { lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import { type ModelAnswer, shareAnswer } from '@/lib/answer-cache/store-answer'
import type { Needs } from '@/lib/context'
import { createMessageBuilder } from '@/lib/contract/message-builder'
import { toStorable } from '@/lib/contract/stored-parts'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { callModel } from '@/lib/model/call-model'
import { assemblePrompt } from '@/lib/prompt/assemble-prompt'
import { buildPromptPrefix } from '@/lib/prompt/prompt-prefix'
import { chatToolKit } from '@/lib/turn/tools/chat-tools'
import { cacheQuestion } from '@/lib/turn/turn-cache'

/** A question whose answer should be cached in advance. If `answer` is missing, the model is called. */
export type KnownQuestion = { question: string; answer?: string | undefined }

export type Warmed =
  /** `kept`: an answer was cached already, and the model was not called. */
  | { status: 'stored' | 'kept' }
  /** The question breaks a rule for answers that are shared by all users. */
  | { status: 'refused'; reason: UncacheableReason | UnsharedReason }
  | { status: 'failed'; reason: ErrorCode | 'not_complete' | 'stopped' | 'not_stored' | 'redis_unavailable' }

type WarmNeeds = Needs<'redis' | 'keys' | 'settings' | 'embedder' | 'model' | 'signal' | 'now' | 'waitUntil'>

/** Can never be the id of a user, because a user id contains no colon. */
const operator = ':operator' as UserId

/** Storing is retried because the answer may have cost a model call, which a briefly busy Redis must not waste. */
const maxStoreAttempts = 3
const retryDelayMs = 500

/**
 * Stores the answer to a first question in the shared scope of the answer cache, for the default model and prompt.
 * The keys and rules are those of a turn, except that no minimum number of askers is required. A given answer
 * replaces a cached one. Never rejects.
 */
export async function warmQuestion(context: WarmNeeds, { question: text, answer }: KnownQuestion): Promise<Warmed> {
  const modelFacts = context.model.catalog.require(context.model.catalog.default)
  // Uses the scope of turns with tools, because those will look it up. The call below must not offer tools, because
  // it has no user.
  const prefix = buildPromptPrefix(context.settings.systemPrompt, modelFacts.tools ? chatToolKit : null)
  const parts: ChatPart[] = [{ type: 'text', text }]
  const plan = { model: modelFacts.id, prefix, question: parts, answerCache: 'shared' as const }
  const question = cacheQuestion(context, plan, 0, '')
  const reason = uncacheableQuestion(parts, 'shared', question.path) ?? unsharedQuestion(question)
  if (reason) return { status: 'refused', reason }

  // Looks up the exact question only: a similar question with a cached answer must not prevent this one from being
  // cached.
  const found = await lookupAnswer({ ...context, userId: operator, embedder: null }, question)
  if (found.status === 'miss' && /redis/.test(found.reason)) return { status: 'failed', reason: 'redis_unavailable' }
  if (found.status === 'hit' && answer === undefined) return { status: 'kept' }

  const modelAnswer =
    answer === undefined ? await generateAnswer(context, modelFacts.id, parts) : toModelAnswer(modelFacts.id, answer)
  if ('reason' in modelAnswer) return { status: 'failed', ...modelAnswer }
  for (let attempt = 1; attempt <= maxStoreAttempts; attempt++) {
    if (attempt > 1) await pause(retryDelayMs)
    if (await shareAnswer({ ...context, userId: operator }, question, modelAnswer)) return { status: 'stored' }
  }
  return { status: 'failed', reason: 'not_stored' }
}

const toModelAnswer = (model: string, text: string): ModelAnswer => ({
  status: 'complete',
  parts: [{ type: 'text', text }],
  model,
  usage: null,
  costUsd: null,
  durationMs: 0,
})

/** Calls the model without a fallback, because the answer is cached under the default model's name. */
async function generateAnswer(
  { model, settings, signal, now }: WarmNeeds,
  modelId: string,
  question: ChatPart[],
): Promise<ModelAnswer | { reason: Extract<Warmed, { status: 'failed' }>['reason'] }> {
  const startedAt = now()
  const builder = createMessageBuilder()
  const prompt = assemblePrompt(buildPromptPrefix(settings.systemPrompt, null), [], question, [], {
    modelId,
    withImages: true,
  })
  for await (const event of callModel(model, { modelId, ...prompt, signal })) {
    switch (event.type) {
      case 'chunk':
        builder.apply(event.chunk)
        break
      case 'restart':
        builder.reset()
        break
      case 'failed':
        return { reason: event.code }
      case 'aborted':
        return { reason: 'stopped' }
      case 'end': {
        if (event.finish !== 'stop') return { reason: 'not_complete' }
        const { usage, costUsd } = event
        const parts = toStorable(builder.parts())
        return { status: 'complete', parts, model: modelId, usage, costUsd, durationMs: now() - startedAt }
      }
    }
  }
  return { reason: 'provider_cut' }
}
