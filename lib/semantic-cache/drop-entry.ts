/* Mechanism used: redis (its key names). */
import type { Cluster, Redis } from 'ioredis'
import { entryKey, userIndexKey } from '@/lib/redis/keys'
import { parseIndexed } from './indexed-entry'
import { redisBudgetMs, settleWithin } from './settle-within'

/**
 * Takes a user's entries under an id away, in whichever scopes they lie; what points to them goes with the next
 * look-up. Says how many there were. Within 150 ms; rejects with what Redis or the connection says.
 */
export function dropEntry(redis: Redis | Cluster, userHash: string, entryId: string): Promise<number> {
  return settleWithin(redisBudgetMs, dropIndexed(redis, userHash, entryId))
}

async function dropIndexed(redis: Redis | Cluster, userHash: string, entryId: string): Promise<number> {
  const members = await redis.zrange(userIndexKey(userHash), '0', '-1')
  const meant = members.map(parseIndexed).filter((entry) => entry.entryId === entryId)
  const dropped = await Promise.all(meant.map(({ scope }) => redis.del(entryKey(scope, entryId))))
  return dropped.reduce((total, count) => total + count, 0)
}
