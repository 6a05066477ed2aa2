import type { Needs } from '@/lib/context'
import type { CacheLayer } from '@/lib/contract/ui-message'
import { reportTrouble } from '@/lib/redis/connect'
import { countersKey, userCountersKey } from '@/lib/redis/keys'
import { countInHash, readHashes } from '@/lib/semantic-cache/entry-counters'
import { userHash } from './answer-scope'
import type { MissReason } from './cache-lookup'

/** The counters of the answer cache. The name of a counter must not contain text from a user. */
type CacheCounter =
  | 'lookups'
  | `hit:${CacheLayer}`
  | 'hit:shared'
  | `miss:${MissReason}`
  | `refused:${string}`
  | 'stored'
  | 'followed'
  | `invalidated:${'feedback' | 'conversation'}`
  | 'saved_tokens'
  | 'saved_usd'
  | 'saved_ms'

/** The longest period for which counters can be read. */
export const countedDays = 90
const dayMs = 24 * 60 * 60 * 1000

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

/**
 * Increments today's counters, both the global ones and those of this user. Does not wait for
 * Redis, so events are lost if Redis fails.
 */
export function countCacheEvents(
  { redis, keys, userId, now }: Needs<'redis' | 'keys' | 'userId' | 'now'>,
  amounts: Partial<Record<CacheCounter, number>>,
): void {
  if (!redis) return
  const day = dayOf(now())
  for (const key of [countersKey(day), userCountersKey(userHash(keys, userId), day)])
    countInHash(redis, key, amounts, (countedDays + 1) * dayMs).catch((error) => reportTrouble(redis, error))
}

/** Returns a user's counters, summed over the last `days` days. Returns an empty object if Redis fails. */
export async function readCacheCounters(
  { redis, keys, userId, now }: Needs<'redis' | 'keys' | 'userId' | 'now'>,
  days: number,
): Promise<Record<string, number>> {
  if (!redis) return {}
  const today = now()
  const asked = Array.from({ length: days }, (_, ago) =>
    userCountersKey(userHash(keys, userId), dayOf(today - ago * dayMs)),
  )
  try {
    return await readHashes(redis, asked)
  } catch (error) {
    reportTrouble(redis, error)
    return {}
  }
}
