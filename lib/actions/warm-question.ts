import { setTimeout as pause } from 'node:timers/promises'
import { type UnsharedReason, unsharedQuestion } from '@/lib/answer-cache/cache-question'
import { type UncacheableReason, uncacheableQuestion } from '@/lib/answer-cache/cacheable-turn'
import { lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import { type GivenAnswer, shareAnswer } from '@/lib/answer-cache/store-answer'
import type { Needs } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { callModel } from '@/lib/model/call-model'
import { assemblePrompt } from '@/lib/prompt/assemble-prompt'
import { buildPromptPrefix } from '@/lib/prompt/prompt-prefix'
import { collectParts } from '@/lib/turn/collect-parts'
import { chatToolKit } from '@/lib/turn/tools/chat-tools'
import { cacheQuestion } from '@/lib/turn/turn-cache'

/** A question to be answered before anybody asks it; without an answer the model is asked. */
export type KnownQuestion = { question: string; answer?: string | undefined }

export type Warmed =
  /** `kept`: it was there, and nobody was asked. */
  | { status: 'stored' | 'kept' }
  /** By the rules that hold for everybody's questions. */
  | { status: 'refused'; reason: UncacheableReason | UnsharedReason }
  | { status: 'failed'; reason: ErrorCode | 'not_complete' | 'stopped' | 'not_stored' | 'redis_unavailable' }

type Needed = Needs<'redis' | 'keys' | 'settings' | 'embedder' | 'model' | 'signal' | 'now' | 'waitUntil'>

/** Nobody's user id: no id has a colon. */
const operator = ':operator' as UserId

/** The answer is paid for by then: a Redis that is busy for a moment shall not lose it. */
const storingAttempts = 3
const betweenAttemptsMs = 500

/**
 * Puts the answer to a question at a conversation's start into the scope that everybody shares, for the default model and
 * prompt, as a turn would: under the same names and the same rules, but for the number of askers. An answer that is given
 * replaces what is there. Never rejects.
 */
export async function warmQuestion(context: Needed, { question: text, answer }: KnownQuestion): Promise<Warmed> {
  const facts = context.model.catalog.require(context.model.catalog.default)
  // In the scope of turns that offer tools; the model is offered none here, where there is nobody to use them for.
  const prefix = buildPromptPrefix(context.settings.systemPrompt, facts.tools ? chatToolKit : null)
  const parts: ChatPart[] = [{ type: 'text', text }]
  const plan = { model: facts.id, prefix, question: parts, answerCache: 'shared' as const }
  const question = cacheQuestion(context, plan, 0, '')
  const reason = uncacheableQuestion(parts, 'shared', question.path) ?? unsharedQuestion(question)
  if (reason) return { status: 'refused', reason }

  // Only as it is asked: an answer to other words of the same meaning is no reason not to have this one.
  const found = await lookupAnswer({ ...context, userId: operator, embedder: null }, question)
  if (found.status === 'miss' && /redis/.test(found.reason)) return { status: 'failed', reason: 'redis_unavailable' }
  if (found.status === 'hit' && answer === undefined) return { status: 'kept' }

  const given = answer === undefined ? await askModel(context, facts.id, parts) : givenAnswer(facts.id, answer)
  if ('reason' in given) return { status: 'failed', ...given }
  for (let attempt = 1; attempt <= storingAttempts; attempt++) {
    if (attempt > 1) await pause(betweenAttemptsMs)
    if (await shareAnswer({ ...context, userId: operator }, question, given)) return { status: 'stored' }
  }
  return { status: 'failed', reason: 'not_stored' }
}

const givenAnswer = (model: string, text: string): GivenAnswer => ({
  status: 'complete',
  parts: [{ type: 'text', text }],
  model,
  usage: null,
  costUsd: null,
  durationMs: 0,
})

/** Without a fallback: another model's answer is not what this question gets. */
async function askModel(
  { model, settings, signal, now }: Needed,
  modelId: string,
  question: ChatPart[],
): Promise<GivenAnswer | { reason: Extract<Warmed, { status: 'failed' }>['reason'] }> {
  const startedAt = now()
  let collected = collectParts()
  const prompt = assemblePrompt(buildPromptPrefix(settings.systemPrompt, null), [], question, [], {
    modelId,
    withImages: true,
  })
  for await (const event of callModel(model, { modelId, ...prompt, signal })) {
    switch (event.type) {
      case 'chunk':
        collected.add(event.chunk)
        break
      case 'restart':
        collected = collectParts()
        break
      case 'failed':
        return { reason: event.code }
      case 'aborted':
        return { reason: 'stopped' }
      case 'end': {
        if (event.finish !== 'stop') return { reason: 'not_complete' }
        const { usage, costUsd } = event
        const parts = collected.parts()
        return { status: 'complete', parts, model: modelId, usage, costUsd, durationMs: now() - startedAt }
      }
    }
  }
  return { reason: 'provider_cut' }
}
