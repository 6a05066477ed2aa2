import type { ModelMessage } from 'ai'
import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { CacheQuestion } from '@/lib/answer-cache/cache-question'
import { lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import { type ClaimedIdentity, ownerOf } from '@/lib/auth/session-life'
import type { Needs } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import { estimateTokens } from '@/lib/history/replay-history'
import { type MessageId, mintId, type TurnId, type UserId } from '@/lib/ids'
import type { ModelCall } from '@/lib/model/call-model'
import type { CallSettings } from '@/lib/model/open-language-model'
import { alternateRoles } from '@/lib/prompt/assemble-prompt'
import { buildPromptPrefix } from '@/lib/prompt/prompt-prefix'
import { cacheQuestion, type FoundAnswer } from '@/lib/turn/turn-cache'
import type { CompletionRequest } from './completion-request'

/** Who answers, what it reads, and what the answer is to the cache. */
export type CompletionPlan = {
  turnId: TurnId
  /** Of a row that there is none of: what an answer that may not be cached would be told apart by. */
  answerId: MessageId
  model: string
  call: Omit<ModelCall, 'signal'>
  question: CacheQuestion
}

/**
 * Throws `model_not_found`, and `context_length_exceeded` for what is too long: nothing is left out of a history that
 * somebody else keeps. The operator's prompt goes before the program's own system messages; it holds for everybody.
 */
export function planCompletion(
  context: Needs<'model' | 'settings' | 'keys' | 'userId' | 'embedder'>,
  request: CompletionRequest,
  asker: Caller,
): CompletionPlan {
  const { keys, userId, settings } = context
  const facts = context.model.catalog.find(request.model)
  if (!facts) throw new AppError('model_not_found')
  const prefix = buildPromptPrefix(settings.systemPrompt, null)
  const instructions = [prefix.instructions, ...request.system].join('\n\n')
  const spoken = [...request.history, { role: 'user' as const, texts: request.question }]
  const messages = alternateRoles(
    spoken.map(({ role, texts }): ModelMessage => ({ role, content: texts.join('\n\n') })),
  )
  const maxOutputTokens = Math.min(request.settings.maxOutputTokens ?? facts.maxOutputTokens, facts.maxOutputTokens)
  const tokens = [instructions, ...spoken.map(({ texts }) => texts.join('\n\n'))].map(estimateTokens)
  if (tokens.reduce((sum, count) => sum + count, maxOutputTokens) > facts.contextWindow)
    throw new AppError('context_length_exceeded', {
      detail: `The messages and an answer of ${maxOutputTokens} tokens do not fit into the ${facts.contextWindow} tokens of this model.`,
    })

  const before = JSON.stringify([request.system, request.history.map(({ role, texts }) => [role, ...texts])])
  const parts: ChatPart[] = request.question.map((text) => ({ type: 'text', text }))
  // What a program asks in somebody's name is theirs alone: so says the choice, and so says a path that is no shared one.
  const chosen = asker.answerCache ?? settings.answerCacheDefault
  const answerCache = chosen === 'off' ? 'off' : 'private'
  const path = keyedHash(keys, 'path', 'completion', before)
  const asked = { model: facts.id, prefix, question: parts, answerCache } as const
  const question = cacheQuestion(context, asked, asker.cacheEpoch, path)
  const origin = { ...question.origin, generationSettings: factsOf(request.settings) }
  const [first] = spoken
  return {
    turnId: mintId<TurnId>(),
    answerId: mintId<MessageId>(),
    model: facts.id,
    call: {
      modelId: facts.id,
      instructions,
      messages,
      settings: { ...request.settings, maxOutputTokens },
      // The same for as long as a conversation goes on.
      cacheKey: keyedHash(keys, 'prompt-cache', userId, JSON.stringify([request.system, first?.texts])),
    },
    question: { ...question, origin },
  }
}

/** As the scope of a cached answer names them. */
const factsOf = ({ stopSequences, ...numbers }: CallSettings) => ({
  ...numbers,
  ...(stopSequences && { stopSequences: JSON.stringify(stopSequences) }),
})

/** What the asker's own cache has. Nobody flies along: a completion writes no log that others could follow. */
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

/** What of its asker a question outside of any conversation is answered by. */
export type Caller = { userId: UserId; cacheEpoch: number; answerCache: Preferences['answerCache'] | null }

/** Read in one tick with the look-up of the identity, which alone says whether it holds. Null: there is no such identity. */
export async function prefetchCaller({ db }: Needs<'db'>, identity: ClaimedIdentity): Promise<Caller | null> {
  const result = await db.execute(sql`
    select u.id as "userId", u.cache_epoch as "cacheEpoch", p.answer_cache as "answerCache"
    from "user" u left join preference p on p.user_id = u.id
    where u.id = ${ownerOf(identity)}`)
  return rowsOf<Caller>(result)[0] ?? null
}

/** The asker, if it is the very user who was found to be asking. Throws `unauthenticated`. */
export function requireCaller({ userId }: Needs<'userId'>, asker: Caller | null): Caller {
  if (asker?.userId !== userId) throw new AppError('unauthenticated')
  return asker
}
