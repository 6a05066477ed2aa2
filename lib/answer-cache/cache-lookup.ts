import type { CacheLayer } from '@/lib/contract/ui-message'
import { open } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import type { EmbeddingFault } from '@/lib/embedding/embed-text'
import { type AnswerScope, isSharedScope } from './answer-scope'
import type { UncacheableReason } from './cacheable-turn'
import { type CachedAnswer, type CachedEntry, parseCachedEntry } from './cached-answer'

/**
 * The reason for a miss:
 * - `undecipherable`: the entry could not be decrypted and parsed for this scope and question.
 * - `refused`: similar questions were found, but the match guard rejected all of them.
 * - `moved`: another turn changed the conversation during the lookup, so its result no longer applies.
 */
export type MissReason =
  | UncacheableReason
  | 'absent'
  | 'refused'
  | 'no_redis'
  | 'redis_unavailable'
  | 'undecipherable'
  | 'moved'
  | `embedding_${EmbeddingFault}`

export type CachedHit = {
  status: 'hit'
  layer: CacheLayer
  /** The cosine similarity of a semantic hit; null in the other layers. */
  similarity: number | null
  /** Whether the entry is in the shared scope. */
  isShared: boolean
  identity: string
  /** The hash of the stored question's words. In a semantic hit it differs from that of the asked question. */
  words: string
  answer: CachedAnswer
  ageSeconds: number
}
export type CacheMiss = {
  status: 'miss'
  reason: MissReason
  /** The rules of the match guard that rejected similar questions. */
  refusals: readonly string[]
  /** The vector of the question, to be stored with its answer; null if it was not embedded. */
  vector: Float32Array | null
}
export type AnswerLookup = CachedHit | CacheMiss

/** An encrypted entry as read from Redis. */
type StoredEntry = {
  entryId: string
  payload: Buffer
  /** The remaining TTL by the clock of Redis. */
  ttlLeftMs: number
}

/**
 * Decrypts an entry and returns it with the hit that it represents. Returns null if the envelope is not valid for
 * this scope and id, or if the key has no TTL and therefore cannot have been written by `storeAnswer`.
 */
export function openCachedEntry(
  keys: KeyRing,
  { name, owner }: AnswerScope,
  { entryId, payload, ttlLeftMs }: StoredEntry,
): { entry: CachedEntry; hit: Omit<CachedHit, 'layer'> } | null {
  const text = open(keys, { userId: owner, scope: name, entryId }, payload)
  const entry = text === null ? null : parseCachedEntry(text)
  if (!entry || ttlLeftMs < 0) return null
  const isShared = isSharedScope({ name, owner })
  const seconds = Math.max(0, Math.floor((entry.ttlMs - ttlLeftMs) / 1000))
  const ageSeconds = isShared ? wholeHours(seconds) : seconds
  return {
    entry,
    hit: {
      status: 'hit',
      similarity: null,
      isShared,
      identity: entryId,
      words: entry.words,
      answer: entry.answer,
      ageSeconds,
    },
  }
}

/** Rounds the age of a shared answer up to hours, so that it does not reveal when another user asked. */
const wholeHours = (seconds: number) => Math.max(1, Math.ceil(seconds / 3600)) * 3600
