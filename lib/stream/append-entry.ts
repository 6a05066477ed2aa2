import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { type LogAddress, logKey } from './event-log'

type SealedEntry = {
  seq: number
  envelope: Buffer
  /** The oldest entries beyond this many go. */
  maxEntries: number
  /** The log's life from now on; null leaves it as it is. */
  ttlMs: number | null
}

export const appendScript = `
-- Appends an entry to a log, wakes its readers and says how many listen. Only the first entry makes a log; any other
-- goes into one that is there, or nowhere (-1): a Redis that lost the log in between would hold its tail as if it were
-- the whole. The entry's number is its id, so no entry can be written twice or out of order, however late a command
-- arrives. In one script, so that no log is ever left without a TTL.
local log = KEYS[1]
local seq, envelope, most, ttl, again = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local id = seq .. '-0'

-- An earlier attempt may have arrived although its answer did not. No two envelopes are alike, so this one is known.
if again == '1' then
  local there = redis.call('XRANGE', log, id, id)[1]
  if there and there[2][2] == envelope then return 0 end
end

local added
if seq == '1' then
  added = redis.pcall('XADD', log, 'MAXLEN', '=', most, id, 'e', envelope)
else
  added = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '=', most, id, 'e', envelope)
end
if type(added) == 'table' and added.err then
  -- A discarded log has a mark that sorts after every entry.
  local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if newest and newest[2][1] == 'broken' then return -1 end
  return added
end
if not added then return -1 end
if ttl > 0 then redis.call('PEXPIRE', log, ttl) end
return redis.call('PUBLISH', log, seq)
`

/**
 * Appends an entry and says how many processes listen to the log, as far as this server of a cluster knows; null when
 * the log is no longer there. `again`: it was tried before, and may be there.
 * Rejects with what Redis or the connection says.
 */
export async function appendEntry(
  redis: Redis | Cluster,
  log: LogAddress,
  { seq, envelope, maxEntries, ttlMs }: SealedEntry,
  again: boolean,
): Promise<number | null> {
  const values = [seq, envelope, maxEntries, ttlMs ?? 0, again ? 1 : 0]
  const listening = Number(await withTimeout(redisBudgetMs, runScript(redis, appendScript, [logKey(log)], values)))
  return listening >= 0 ? listening : null
}

/** Longer than a connection that broke takes to be back, or a cluster's to a node that was never asked before. */
const pauseMs = 100

/**
 * Tries a second time after a moment. A pause of this process or of Redis, or one broken connection, fails one attempt
 * and would cost every reader the log. Nobody waits for that moment: whoever writes has not to, and whoever reads is
 * not the one who asked first.
 */
export async function tryTwice<T>(attempt: (again: boolean) => Promise<T>): Promise<T> {
  try {
    return await attempt(false)
  } catch {
    // What it failed of does not matter: the second time decides.
    await sleep(pauseMs)
    return attempt(true)
  }
}
