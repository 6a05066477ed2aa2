import type { CacheLayer } from '@/lib/contract/ui-message'
import { open } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import type { EmbeddingFault } from '@/lib/embedding/embed-text'
import { type AnswerScope, isSharedScope } from './answer-scope'
import type { UncacheableReason } from './cacheable-turn'
import { type CachedAnswer, type CachedEntry, parseCachedEntry } from './cached-answer'

/**
 * Why there was no answer. `undecipherable`: something lies there that is not ours, not of this place, or not whole.
 * `refused`: near ones were there, and the guard let none of them pass. `moved`: the conversation went on meanwhile, and
 * the look-up was made for where it had been.
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
  /** Cosine similarity of a semantic hit; null elsewhere. */
  similarity: number | null
  /** Whether it was given to somebody else, for everybody. */
  isShared: boolean
  identity: string
  /** The hash of the stored question's words. In a near hit they differ from the asked ones. */
  words: string
  answer: CachedAnswer
  ageSeconds: number
}
export type CacheMiss = {
  status: 'miss'
  reason: MissReason
  /** Rules of the match guard that kept a near answer back. */
  refusals: readonly string[]
  /** The question's vector, to be stored with its answer; null without an embedder. */
  vector: Float32Array | null
}
export type AnswerLookup = CachedHit | CacheMiss

/** What a look-up brought from Redis. */
type StoredEntry = {
  entryId: string
  payload: Buffer
  /** What is left of its life, by the clock of Redis. */
  ttlLeftMs: number
}

/**
 * The entry, and the hit that it would be in its scope; null for what is not ours, not of this place or not whole, and
 * for an entry without an end, which was not put there by us.
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

/** When exactly somebody else asked is nobody's business. */
const wholeHours = (seconds: number) => Math.max(1, Math.ceil(seconds / 3600)) * 3600
