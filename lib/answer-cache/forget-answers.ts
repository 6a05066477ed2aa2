import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { CacheEntryRef } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { addressEmbedding } from '@/lib/embedding/embed-text'
import type { MessageId } from '@/lib/ids'
import { reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { dropEntries, voteAgainstEntry, withdrawEntry, withdrawOffer } from '@/lib/semantic-cache/drop-entry'
import { sharedScopeNamed, userHash } from './answer-scope'
import { familyOf } from './key-families'
import { countedMember, countingRule, memberHash } from './sharing-rule'

/**
 * Removes an answer that its user found wrong. The user's own entry is deleted at once, and the user is not served
 * the shared entry again. The shared entry is deleted for all users after enough votes (`sharing-rule.ts`). Returns
 * false if Redis failed. Never throws.
 */
export async function forgetAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'caller' | 'settings' | 'now'>,
  { identity, words, own, shared }: CacheEntryRef,
): Promise<boolean> {
  const { redis, keys, userId, settings } = context
  if (!redis) return false
  try {
    const dropping: Promise<unknown>[] = [dropEntries(redis, [{ scope: own, entryId: identity }])]
    if (shared) {
      const scope = sharedScopeNamed(shared)
      const vote = {
        voterHash: memberHash(keys, scope, userId),
        voter: countedMember(context, scope),
        ...countingRule(settings.sharing),
      }
      dropping.push(voteAgainstEntry(redis, { scope: shared, entryId: identity, wordsHash: words }, vote))
    }
    await Promise.all(dropping)
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** An answer of a deleted conversation, and where it is stored or may still be stored. */
export type WithdrawnAnswer = { answerId: MessageId; ref: CacheEntryRef }

/**
 * Removes these answers of one user from the cache, and prevents store commands that arrive later. Withdraws their
 * votes for sharing; a shared answer stays if another user has asked the same question. Returns false unless Redis
 * confirmed everything. Never throws and takes 150 ms at most.
 */
export async function withdrawAnswers(
  { redis, keys, userId }: Needs<'redis' | 'keys' | 'userId'>,
  answers: readonly WithdrawnAnswer[],
): Promise<boolean> {
  if (!redis) return true
  try {
    await Promise.all(
      answers.flatMap(({ answerId, ref: { identity, words, exact, own, shared } }) => {
        const entry = { entryId: identity, wordsHash: words, exactHash: exact, answerHash: answerHash(keys, answerId) }
        const withdrawn = withdrawEntry(redis, { ...entry, scope: own })
        if (!shared) return [withdrawn]
        const asker = memberHash(keys, sharedScopeNamed(shared), userId)
        return [withdrawn, withdrawOffer(redis, { ...entry, scope: shared }, asker)]
      }),
    )
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

const retryEveryMs = 1_000
const retryForMs = 10 * 60_000

/**
 * Withdraws answers as soon as Redis can be reached again, because a store command that was sent before Redis froze
 * may still take effect. Gives up after ten minutes. Never rejects.
 */
export async function withdrawWhenReachable(
  context: Needs<'redis' | 'keys' | 'userId'>,
  answers: readonly WithdrawnAnswer[],
): Promise<void> {
  const deadline = performance.now() + retryForMs
  do await pause(retryEveryMs, undefined, { ref: false })
  while (!(await withdrawAnswers(context, answers)) && performance.now() < deadline)
}

/** Deletes the cached vectors of these questions of a user. Best effort. Never throws. */
export async function forgetEmbeddings(
  { redis, keys, userId, embedder }: Needs<'redis' | 'keys' | 'userId' | 'embedder'>,
  questions: readonly string[],
): Promise<void> {
  if (!redis || !embedder) return
  try {
    const owner = `u:${userHash(keys, userId)}`
    const dropping = questions.map((text) => redis.unlink(addressEmbedding(keys, owner, embedder, text).key))
    await withTimeout(redisBudgetMs, Promise.all(dropping))
  } catch (error) {
    reportTrouble(redis, error)
  }
}

/** Returns the keyed hash of an answer's id, for Redis keys. */
export const answerHash = (keys: KeyRing, answerId: MessageId) => keyedHash(keys, 'answer', answerId)

const keysPerScan = 500

/**
 * Deletes the answer cache of all users on one Redis server: answers, pointers, vectors and embeddings. Turn logs,
 * rate limits and counters are kept. Returns the number of deleted keys.
 */
export async function purgeCache(
  redis: Redis,
  onProgress: (dropped: number) => void = () => undefined,
): Promise<number> {
  let dropped = 0
  for await (const keys of redis.scanStream({ match: 'gf:1:*', count: keysPerScan }) as AsyncIterable<string[]>) {
    const cacheKeys = keys.filter((key) => familyOf(key)?.isCache)
    // One command for each key, because a cluster rejects a command with keys of several slots.
    const unlinked = await Promise.all(cacheKeys.map((key) => redis.unlink(key)))
    dropped += unlinked.reduce((sum, count) => sum + count, 0)
    onProgress(dropped)
  }
  return dropped
}
