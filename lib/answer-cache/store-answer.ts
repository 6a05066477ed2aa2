import type { Needs } from '@/lib/context'
import type { ChatPart, MessageStatus, TokenUsage } from '@/lib/contract/ui-message'
import { seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { reportTrouble } from '@/lib/redis/connect'
import { indexEntry } from '@/lib/semantic-cache/index-entry'
import { storeEntry } from '@/lib/semantic-cache/store-entry'
import { answerIdentity, userHash } from './answer-scope'
import { type CacheQuestion, entryQuery } from './cache-question'
import { cacheableParts, questionText, uncacheableQuestion } from './cacheable-turn'
import type { CachedEntry, CachedPart } from './cached-answer'
import { languageOf } from './language-of'
import { lexicalKey } from './lexical-key'

/** An answer that a model has just given, with its parts as they are stored in the conversation. */
export type GivenAnswer = {
  status: MessageStatus
  parts: readonly ChatPart[]
  /** The id of the model that gave it, of the same kind as the origin's `modelId`. */
  model: string
  usage: TokenUsage | null
  costUsd: number | null
  durationMs: number
}

const maxPrivateEntries = 300
const privateTtlMs = 60 * 60 * 1000
/** Without rules for a language we cannot tell what depends on the hour. */
const unknownLanguageTtlMs = 15 * 60 * 1000

/**
 * What an answer adds to the conversation's path, and the id of its entry, known before it is stored and whether or not
 * that works. Null for a turn that may not be cached: its message's own id takes the place.
 */
export function identifyAnswer(
  keys: KeyRing,
  question: CacheQuestion,
  answer: Pick<GivenAnswer, 'status' | 'parts' | 'model'>,
): string | null {
  const parts = partsToCache(question, answer)
  return parts && answerIdentity(keys, question.origin, lexicalKey(questionText(question.parts)), parts)
}

/**
 * Stores an answer as the user's own, over whatever its question found before. Says whether it lies in the cache now:
 * false for a turn that may not be cached and for any trouble with Redis. Never throws, and takes 150 ms at most.
 */
export async function storeAnswer(
  context: Needs<'redis' | 'keys' | 'userId'>,
  question: CacheQuestion,
  answer: GivenAnswer,
): Promise<boolean> {
  const { redis, keys, userId } = context
  const parts = partsToCache(question, answer)
  const entryId = identifyAnswer(keys, question, answer)
  if (!redis || !parts || !entryId) return false
  const query = entryQuery(keys, userId, question)
  const ttlMs = ttlMsOf(questionText(question.parts))
  const payload = seal(keys, { userId, scope: query.scope, entryId }, entryText(query.wordsHash, ttlMs, parts, answer))
  try {
    // In one tick, so in one round trip: the entry, and its place among the user's newest.
    const stored = storeEntry(redis, { ...query, entryId, payload, ttlMs })
    const indexed = indexEntry(redis, userHash(keys, userId), { scope: query.scope, entryId }, maxPrivateEntries)
    // The limit is housekeeping: an entry that could not be counted is served all the same.
    await Promise.all([stored, indexed.catch((error) => reportTrouble(redis, error))])
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** Null too for an answer of another model than was asked for: the fallback's is not what this question gets. */
function partsToCache(
  { parts, answerCache, origin }: CacheQuestion,
  answer: Pick<GivenAnswer, 'status' | 'parts' | 'model'>,
): CachedPart[] | null {
  if (answer.model !== origin.modelId || uncacheableQuestion(parts, answerCache)) return null
  return cacheableParts(answer.status, answer.parts).parts
}

/** Ten per cent of jitter either way: what was stored together shall not expire together. */
function ttlMsOf(text: string): number {
  const ttlMs = languageOf(text) === null ? unknownLanguageTtlMs : privateTtlMs
  return Math.round(ttlMs * (0.9 + Math.random() * 0.2))
}

function entryText(words: string, ttlMs: number, parts: CachedPart[], answer: GivenAnswer): string {
  const { model, usage, costUsd, durationMs } = answer
  const entry: CachedEntry = { words, ttlMs, answer: { parts, model, usage, costUsd, durationMs } }
  return JSON.stringify(entry)
}
