import { open } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { type AnswerScope, isSharedScope } from './answer-scope'
import type { CachedHit } from './cache-lookup'
import { type CachedEntry, parseCachedEntry } from './cached-answer'

/** What a look-up brought from Redis. */
export type StoredEntry = {
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
