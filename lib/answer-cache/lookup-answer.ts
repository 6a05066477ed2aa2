import type { Needs } from '@/lib/context'
import { open } from '@/lib/crypto/envelope'
import { reportTrouble } from '@/lib/redis/connect'
import { type FoundEntry, lookupEntry } from '@/lib/semantic-cache/lookup-entry'
import type { AnswerScope } from './answer-scope'
import { type CacheQuestion, type QuestionHashes, questionHashes, questionScopes } from './cache-question'
import { type UncacheableReason, uncacheableQuestion } from './cacheable-turn'
import { type CachedAnswer, parseCachedEntry } from './cached-answer'

/**
 * Why there was no answer. `undecipherable`: something lies there that is not ours, not of this place, or not whole.
 * `moved`: the conversation went on meanwhile, and the look-up was made for where it had been.
 */
export type MissReason = UncacheableReason | 'absent' | 'no_redis' | 'redis_unavailable' | 'undecipherable' | 'moved'

export type CachedHit = {
  status: 'hit'
  layer: FoundEntry['layer']
  /** Whether it was given to somebody else, for everybody. */
  isShared: boolean
  identity: string
  answer: CachedAnswer
  ageSeconds: number
}
export type CacheMiss = { status: 'miss'; reason: MissReason }
export type AnswerLookup = CachedHit | CacheMiss

/**
 * Looks for an answer to a question, given earlier at the same point of a conversation: the user's own and, where that
 * may be, everybody's, asked at the same time; the own one wins within a layer, the same text before the same words.
 * Never throws: whatever goes wrong is a miss with its reason, after 150 ms at the latest.
 */
export async function lookupAnswer(
  context: Needs<'redis' | 'keys' | 'userId'>,
  question: CacheQuestion,
): Promise<AnswerLookup> {
  const { keys, userId } = context
  const reason = uncacheableQuestion(question.parts, question.answerCache)
  if (reason) return miss(reason)
  const hashes = questionHashes(keys, question)
  const { own, shared } = questionScopes(keys, userId, question)
  const looking = [lookIn(context, own, hashes), ...(shared ? [lookIn(context, shared, hashes)] : [])]
  const [ofOwn = absent, ofAll = absent] = await Promise.all(looking)
  if (ofAll.status === 'hit' && (ofOwn.status !== 'hit' || (ofOwn.layer === 'words' && ofAll.layer === 'exact')))
    return { ...ofAll, isShared: true, ageSeconds: wholeHours(ofAll.ageSeconds) }
  return ofOwn
}

async function lookIn(
  { redis, keys }: Needs<'redis' | 'keys'>,
  { name, owner }: AnswerScope,
  hashes: QuestionHashes,
): Promise<AnswerLookup> {
  if (!redis) return miss('no_redis')
  try {
    const found = await lookupEntry(redis, { scope: name, ...hashes })
    if (!found) return absent
    const text = open(keys, { userId: owner, scope: name, entryId: found.entryId }, found.payload)
    return text === null ? miss('undecipherable') : hit(found, text, hashes.wordsHash)
  } catch (error) {
    reportTrouble(redis, error)
    return miss('redis_unavailable')
  }
}

const miss = (reason: MissReason): CacheMiss => ({ status: 'miss', reason })
const absent: CacheMiss = Object.freeze({ status: 'miss', reason: 'absent' })

/** When exactly somebody else asked is nobody's business. */
const wholeHours = (seconds: number) => Math.max(1, Math.ceil(seconds / 3600)) * 3600

/** An entry without a TTL, or under a pointer from other words, was not put there by us. */
function hit({ layer, entryId, ttlLeftMs }: FoundEntry, text: string, wordsHash: string): AnswerLookup {
  const entry = parseCachedEntry(text)
  if (entry?.words !== wordsHash || ttlLeftMs < 0) return miss('undecipherable')
  const ageSeconds = Math.max(0, Math.floor((entry.ttlMs - ttlLeftMs) / 1000))
  return { status: 'hit', layer, isShared: false, identity: entryId, answer: entry.answer, ageSeconds }
}
