import type { Cluster, Redis } from 'ioredis'
import { entryKey, userIndexKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import { formatIndexed, type IndexedEntry, parseIndexed } from './indexed-entry'

/** The index outlives every private entry (1 h and its jitter), so that it forgets none that lives. */
const indexTtlMs = 2 * 60 * 60 * 1000

export const indexScript = `
-- Notes an entry in its user's index, newest last, and hands back those that are too many now, for the caller to drop:
-- they lie in other slots. Entries that must have expired are forgotten on the way. The clock is that of Redis.
local index = KEYS[1]
local member, most, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', index, now, member)
redis.call('PEXPIRE', index, ttl)
redis.call('ZREMRANGEBYSCORE', index, '-inf', now - ttl)
local surplus = redis.call('ZRANGE', index, 0, -1 - most)
for _, old in ipairs(surplus) do redis.call('ZREM', index, old) end
return surplus
`

/**
 * Notes a new entry and drops the user's oldest beyond `most`, within 150 ms. Best effort and not atomic with storing
 * the entry, since the index lies in a slot of its own: an entry that could not be noted lives uncounted until its TTL
 * ends it. Rejects with what Redis or the connection says.
 */
export function indexEntry(redis: Redis | Cluster, userHash: string, entry: IndexedEntry, most: number): Promise<void> {
  return settleWithin(redisBudgetMs, noteAndDrop(redis, userHash, entry, most))
}

async function noteAndDrop(redis: Redis | Cluster, userHash: string, entry: IndexedEntry, most: number): Promise<void> {
  const values = [formatIndexed(entry), `${most}`, `${indexTtlMs}`]
  const surplus = await runScript(redis, indexScript, [userIndexKey(userHash)], values)
  if (!Array.isArray(surplus)) return
  const tooMany = surplus.map((member) => parseIndexed(String(member)))
  // One command each: a cluster refuses keys of several slots in one.
  await Promise.all(tooMany.map(({ scope, entryId }) => redis.del(entryKey(scope, entryId))))
}
