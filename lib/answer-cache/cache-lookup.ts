import type { CacheLayer } from '@/lib/contract/ui-message'
import type { EmbeddingFault } from '@/lib/embedding/embed-text'
import type { UncacheableReason } from './cacheable-turn'
import type { CachedAnswer } from './cached-answer'

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
