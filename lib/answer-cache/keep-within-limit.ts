import type { Needs } from '@/lib/context'
import { reportTrouble } from '@/lib/redis/connect'
import { evictItem } from '@/lib/semantic-cache/evict-item'
import { type LedgerItem, mostEvicted, noteSizes } from '@/lib/semantic-cache/note-sizes'

/** After a limit was lowered there may be far too much; the next answer goes on where this one stops. */
const mostRounds = 20

/**
 * Notes what was put into the cache, and has as much of the oldest leave it as is over `ANSWER_CACHE_MAX_BYTES`. For
 * behind an answer: nobody waits for it. What cannot be noted lives uncounted until its TTL ends it. Never rejects.
 */
export async function keepWithinLimit(
  { redis, settings }: Needs<'redis' | 'settings'>,
  items: readonly LedgerItem[],
): Promise<void> {
  if (!redis || items.length === 0) return
  try {
    let evicted = await noteSizes(redis, items, settings.cacheMaxBytes)
    for (let round = 1; evicted.length > 0; round++) {
      await Promise.all(evicted.map((item) => evictItem(redis, item)))
      if (evicted.length < mostEvicted || round === mostRounds) return
      evicted = await noteSizes(redis, [], settings.cacheMaxBytes)
    }
  } catch (error) {
    reportTrouble(redis, error)
  }
}
