/* Mechanism used: redis (its key names). */
import type { Cluster, Redis } from 'ioredis'
import { bannedKey, entryKey } from '@/lib/redis/keys'
import { runScript } from './run-script'
import { redisBudgetMs, settleWithin } from './settle-within'

/** How long a question stays out of everybody's scope once enough users found its answers wrong. */
const banTtlMs = 24 * 60 * 60 * 1000

/**
 * Takes entries away, each by its scope and id; what points to them goes with the next look-up. Says how many there were.
 * Within 150 ms; rejects with what Redis or the connection says.
 */
export async function dropEntries(
  redis: Redis | Cluster,
  entries: readonly { scope: string; entryId: string }[],
): Promise<number> {
  // One command each, in one tick: a cluster refuses keys of several slots in one.
  const dropping = entries.map(({ scope, entryId }) => redis.del(entryKey(scope, entryId)))
  const dropped = await settleWithin(redisBudgetMs, Promise.all(dropping))
  return dropped.reduce((total, count) => total + count, 0)
}

export const complainScript = `
-- Drops an entry for everybody and counts who complained, under a hash; offering an answer to this question looks at that.
local entry, banned = KEYS[1], KEYS[2]
local complainant, ttl = ARGV[1], ARGV[2]
redis.call('SADD', banned, complainant)
redis.call('PEXPIRE', banned, ttl)
return redis.call('DEL', entry)
`

/** Drops everybody's entry of a question on behalf of one user, named by a hash. As `dropEntries`. */
export async function dropSharedEntry(
  redis: Redis | Cluster,
  { scope, entryId, wordsHash }: { scope: string; entryId: string; wordsHash: string },
  complainant: string,
): Promise<number> {
  const keys = [entryKey(scope, entryId), bannedKey(scope, wordsHash)]
  return Number(await settleWithin(redisBudgetMs, runScript(redis, complainScript, keys, [complainant, banTtlMs])))
}
