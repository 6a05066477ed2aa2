import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { type LogAddress, logKey } from './event-log'

type SealedEntry = {
  seq: number
  envelope: Buffer
  /** The oldest entries beyond this number are trimmed. */
  maxEntries: number
  /** The new TTL of the log; null leaves it unchanged. */
  ttlMs: number | null
}

export const appendScript = `
-- Appends an entry to a log, wakes its readers and returns the number of subscribers. Only the first entry may create
-- the log. Any later entry returns -1 if the log does not exist: if Redis lost the log in between, readers would
-- mistake its tail for the whole. The sequence number is the entry's id, so a command that arrives late cannot write
-- an entry twice or out of order. All of it must be one script; otherwise a log could be left without a TTL.
local log = KEYS[1]
local seq, envelope, maxEntries, ttl, isRetry = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local id = seq .. '-0'

-- An earlier attempt may have written the entry although its reply was lost. Each envelope is unique, so equal bytes
-- identify the same write.
if isRetry == '1' then
  local existing = redis.call('XRANGE', log, id, id)[1]
  if existing and existing[2][2] == envelope then return 0 end
end

local added
if seq == '1' then
  added = redis.pcall('XADD', log, 'MAXLEN', '=', maxEntries, id, 'e', envelope)
else
  added = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '=', maxEntries, id, 'e', envelope)
end
if type(added) == 'table' and added.err then
  -- An invalidated log holds a marker that sorts after every entry.
  local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if newest and newest[2][1] == 'broken' then return -1 end
  return added
end
if not added then return -1 end
if ttl > 0 then redis.call('PEXPIRE', log, ttl) end
return redis.call('PUBLISH', log, seq)
`

/**
 * Appends an entry and returns the number of processes subscribed to the log, or null if the log no longer exists.
 * On a cluster the number covers only the node that ran the script. `isRetry` must be true if an earlier attempt
 * may have written the entry. Rejects with the error of Redis or the connection.
 */
export async function appendEntry(
  redis: Redis | Cluster,
  log: LogAddress,
  { seq, envelope, maxEntries, ttlMs }: SealedEntry,
  isRetry: boolean,
): Promise<number | null> {
  const values = [seq, envelope, maxEntries, ttlMs ?? 0, isRetry ? 1 : 0]
  const listenerCount = Number(await withTimeout(redisBudgetMs, runScript(redis, appendScript, [logKey(log)], values)))
  return listenerCount >= 0 ? listenerCount : null
}

/** Longer than it takes to reconnect, or to open the first connection to another node of a cluster. */
const retryDelayMs = 100

/**
 * Runs `attempt` and, if it rejects, once more after 100 ms. A short pause of this process or of Redis, or one broken
 * connection, fails a single attempt; without the retry every reader would lose the log. The delay adds no latency to
 * the turn, because the writer does not wait for its writes and a log is only read by clients that resume or follow.
 */
export async function tryTwice<T>(attempt: (isRetry: boolean) => Promise<T>): Promise<T> {
  try {
    return await attempt(false)
  } catch {
    // The first error is ignored because only the second attempt decides.
    await sleep(retryDelayMs)
    return attempt(true)
  }
}
