import type { CacheEntryRef } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { reportTrouble } from '@/lib/redis/connect'
import { dropEntries, voteAgainstEntry } from '@/lib/semantic-cache/drop-entry'
import { sharedScopeNamed } from './answer-scope'
import { countedMember, countingRule, memberHash } from './sharing-rule'

/**
 * Takes an answer that its user found wrong out of the cache: the user's own entry at once, and a shared one for this user.
 * For all users a shared entry goes with enough votes of users who count (`sharing-rule.ts`). Returns false if Redis did
 * not do it. Never throws.
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
