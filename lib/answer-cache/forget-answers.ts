import type { CacheEntryRef } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { reportTrouble } from '@/lib/redis/connect'
import { dropEntries, dropSharedEntry } from '@/lib/semantic-cache/drop-entry'

/**
 * Takes an answer that its user found wrong out of the cache: their own entry, and everybody's where it was or could be
 * shared; nobody else's own. Two such users keep the question from being shared for a day. False when Redis did not do
 * it. Never throws.
 */
export async function forgetAnswer(
  { redis, keys, userId }: Needs<'redis' | 'keys' | 'userId'>,
  { identity, words, own, shared }: CacheEntryRef,
): Promise<boolean> {
  if (!redis) return false
  try {
    const dropping: Promise<number>[] = [dropEntries(redis, [{ scope: own, entryId: identity }])]
    if (shared) {
      const entry = { scope: shared, entryId: identity, wordsHash: words }
      dropping.push(dropSharedEntry(redis, entry, keyedHash(keys, 'asker', shared, userId)))
    }
    await Promise.all(dropping)
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** Takes the users' own entries of these answers out of the cache. Best effort: what stays ends with its TTL. Never throws. */
export async function forgetOwnAnswers({ redis }: Needs<'redis'>, refs: readonly CacheEntryRef[]): Promise<void> {
  if (!redis || refs.length === 0) return
  try {
    await dropEntries(
      redis,
      refs.map(({ own, identity }) => ({ scope: own, entryId: identity })),
    )
  } catch (error) {
    reportTrouble(redis, error)
  }
}
