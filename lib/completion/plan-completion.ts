import type { ModelMessage } from 'ai'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedText } from '@/db/rows'
import type { CacheQuestion } from '@/lib/answer-cache/cache-question'
import { lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import { type ClaimedIdentity, ownerOf } from '@/lib/auth/session-life'
import type { Needs } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import { estimateTokens } from '@/lib/history/estimate-tokens'
import { type MessageId, mintId, type TurnId, type UserId } from '@/lib/ids'
import type { ModelCall } from '@/lib/model/call-model'
import type { CallSettings } from '@/lib/model/open-language-model'
import { alternateRoles } from '@/lib/prompt/assemble-prompt'
import { buildPromptPrefix } from '@/lib/prompt/prompt-prefix'
import { cacheQuestion, type FoundAnswer } from '@/lib/turn/turn-cache'
import type { CompletionRequest } from './completion-request'

/** The model call and cache question of a completion. */
export type CompletionPlan = {
  turnId: TurnId
  /** Completions store no message row; this id only keeps the path of an uncacheable answer unique. */
  answerId: MessageId
  model: string
  call: Omit<ModelCall, 'signal'>
  question: CacheQuestion
}

/**
 * Throws `model_not_found`, and `context_length_exceeded` if the messages do not fit into the context window. They
 * must not be trimmed, because the client owns the history. The operator's prompt precedes the client's system
 * messages and applies to all callers.
 */
export function planCompletion(
  context: Needs<'model' | 'settings' | 'keys' | 'userId' | 'embedder'>,
  request: CompletionRequest,
  caller: Caller,
): CompletionPlan {
  const { keys, userId, settings } = context
  const modelFacts = context.model.catalog.find(request.model)
  if (!modelFacts) throw new AppError('model_not_found')
  const prefix = buildPromptPrefix(settings.systemPrompt, null)
  const instructions = [prefix.instructions, ...request.system].join('\n\n')
  const dialog = [...request.history, { role: 'user' as const, texts: request.question }]
  const messages = alternateRoles(
    dialog.map(({ role, texts }): ModelMessage => ({ role, content: texts.join('\n\n') })),
  )
  const maxOutputTokens = Math.min(
    request.settings.maxOutputTokens ?? modelFacts.maxOutputTokens,
    modelFacts.maxOutputTokens,
  )
  const tokens = [instructions, ...dialog.map(({ texts }) => texts.join('\n\n'))].map(estimateTokens)
  if (tokens.reduce((sum, count) => sum + count, maxOutputTokens) > modelFacts.contextWindow)
    throw new AppError('context_length_exceeded', {
      detail: `The messages and an answer of ${maxOutputTokens} tokens do not fit into the ${modelFacts.contextWindow} tokens of this model.`,
    })

  const before = JSON.stringify([request.system, request.history.map(({ role, texts }) => [role, ...texts])])
  const parts: ChatPart[] = request.question.map((text) => ({ type: 'text', text }))
  // Answers to API clients must never be shared with other users. The cache mode ensures this, and so does a path
  // that no conversation has.
  const cacheChoice = caller.answerCache ?? settings.answerCacheDefault
  const answerCache = cacheChoice === 'off' ? 'off' : 'private'
  const path = keyedHash(keys, 'path', 'completion', before)
  const cachePlan = { model: modelFacts.id, prefix, question: parts, answerCache } as const
  const question = cacheQuestion(context, cachePlan, caller.cacheEpoch, path)
  const origin = { ...question.origin, generationSettings: scopeSettings(request.settings) }
  const [first] = dialog
  return {
    turnId: mintId<TurnId>(),
    answerId: mintId<MessageId>(),
    model: modelFacts.id,
    call: {
      modelId: modelFacts.id,
      instructions,
      messages,
      settings: { ...request.settings, maxOutputTokens },
      // Stays the same while a conversation continues, because it depends only on its start.
      cacheKey: keyedHash(keys, 'prompt-cache', userId, JSON.stringify([request.system, first?.texts])),
    },
    question: { ...question, origin },
  }
}

/** Converts the settings to the format of the cache scope. */
const scopeSettings = ({ stopSequences, ...numbers }: CallSettings) => ({
  ...numbers,
  ...(stopSequences && { stopSequences: JSON.stringify(stopSequences) }),
})

/**
 * Looks up the answer in the caller's private cache. Completions skip single flight, because they write no event log
 * that others could follow.
 */
export async function findCompletion(
  context: Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings' | 'log'>,
  { question, turnId }: CompletionPlan,
): Promise<FoundAnswer> {
  if (question.answerCache === 'off') return { status: 'bypass' }
  const found = await lookupAnswer(context, question)
  if (found.status === 'hit') return found
  context.log.info('cache miss', { turnId, reason: found.reason })
  return { ...found, flight: null, follows: false }
}

/** The caller's data that a stateless request depends on. */
const callerRow = z.object({
  userId: storedText<UserId>(),
  cacheEpoch: z.number(),
  answerCache: storedText<Preferences['answerCache']>().nullable(),
})
export type Caller = z.output<typeof callerRow>

/**
 * Runs concurrently with authentication, so the result must not be trusted until `requireCaller` has checked it.
 * Returns null if the session or key does not exist.
 */
export async function prefetchCaller({ db }: Needs<'db'>, identity: ClaimedIdentity): Promise<Caller | null> {
  const result = await db.execute(sql`
    select u.id as "userId", u.cache_epoch as "cacheEpoch", p.answer_cache as "answerCache"
    from "user" u left join preference p on p.user_id = u.id
    where u.id = ${ownerOf(identity)}`)
  return rowsOf(result, callerRow)[0] ?? null
}

/** Returns the caller if it is the authenticated user. Throws `unauthenticated` otherwise. */
export function requireCaller({ userId }: Needs<'userId'>, caller: Caller | null): Caller {
  if (caller?.userId !== userId) throw new AppError('unauthenticated')
  return caller
}
