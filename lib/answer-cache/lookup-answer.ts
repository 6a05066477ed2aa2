import type { Needs } from '@/lib/context'
import { open } from '@/lib/crypto/envelope'
import { reportTrouble } from '@/lib/redis/connect'
import { type FoundEntry, lookupEntry } from '@/lib/semantic-cache/lookup-entry'
import { type CacheQuestion, entryQuery } from './cache-question'
import { type UncacheableReason, uncacheableQuestion } from './cacheable-turn'
import { type CachedAnswer, parseCachedEntry } from './cached-answer'

/** Why there was no answer. `undecipherable`: something lies there that is not ours, not of this place, or not whole. */
export type MissReason = UncacheableReason | 'absent' | 'no_redis' | 'redis_unavailable' | 'undecipherable'

export type AnswerLookup =
  | { status: 'hit'; layer: FoundEntry['layer']; identity: string; answer: CachedAnswer; ageSeconds: number }
  | { status: 'miss'; reason: MissReason }

/**
 * Looks for the user's own answer to a question, given earlier at the same point of a conversation: first to the same
 * text, then to the same words. Never throws: whatever goes wrong is a miss with its reason, after 150 ms at the latest.
 */
export async function lookupAnswer(
  context: Needs<'redis' | 'keys' | 'userId'>,
  question: CacheQuestion,
): Promise<AnswerLookup> {
  const { redis, keys, userId } = context
  const reason = uncacheableQuestion(question.parts, question.answerCache)
  if (reason) return miss(reason)
  if (!redis) return miss('no_redis')
  const query = entryQuery(keys, userId, question)
  try {
    const found = await lookupEntry(redis, query)
    if (!found) return miss('absent')
    const text = open(keys, { userId, scope: query.scope, entryId: found.entryId }, found.payload)
    return text === null ? miss('undecipherable') : hit(found, text, query.wordsHash)
  } catch (error) {
    reportTrouble(redis, error)
    return miss('redis_unavailable')
  }
}

const miss = (reason: MissReason): AnswerLookup => ({ status: 'miss', reason })

/** An entry without a TTL, or under a pointer from other words, was not put there by us. */
function hit({ layer, entryId, ttlLeftMs }: FoundEntry, text: string, wordsHash: string): AnswerLookup {
  const entry = parseCachedEntry(text)
  if (entry?.words !== wordsHash || ttlLeftMs < 0) return miss('undecipherable')
  const ageSeconds = Math.max(0, Math.floor((entry.ttlMs - ttlLeftMs) / 1000))
  return { status: 'hit', layer, identity: entryId, answer: entry.answer, ageSeconds }
}
