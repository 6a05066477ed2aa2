import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { type LogAddress, logKey } from './event-log'

const retryIntervalMs = 1_000

export const invalidateScript = `
-- Replaces a log that its writer has given up with a marker, and wakes the readers. The marker's id is higher than
-- that of any entry, so that a late command of the writer cannot create the log again. A full Redis may reject the
-- marker; in that case the log is only deleted.
local log = KEYS[1]
local ttl, onlyIfExists = ARGV[1], ARGV[2]
if redis.call('DEL', log) == 0 and onlyIfExists == '1' then return 0 end
if type(redis.pcall('XADD', log, '9999999999999-0', 'broken', '1')) == 'string' then redis.call('PEXPIRE', log, ttl) end
redis.call('PUBLISH', log, 'broken')
return 1
`

/**
 * Invalidates a log that its writer has given up, so that no reader takes its remains for the whole log. Retries
 * until Redis can be reached, and gives up after `ttlMs`, when the log will have expired. Never rejects.
 */
export async function invalidateLog(redis: Redis | Cluster, log: LogAddress, ttlMs: number): Promise<void> {
  const deadline = performance.now() + ttlMs
  while (redis.status !== 'end' && performance.now() < deadline) {
    try {
      await invalidateNow(redis, log, ttlMs)
      return
    } catch {
      // The caller has already reported that Redis failed.
      await sleep(retryIntervalMs, undefined, { ref: false })
    }
  }
}

/**
 * Deletes the events of logs from Redis. The writer of a running log cannot append to it afterwards, even if it has
 * not written anything yet. Readers continue with the text in Postgres. Best effort: a log that cannot be deleted
 * will expire. Never rejects.
 */
export async function discardLogs(
  redis: Redis | Cluster | null,
  { running, ended }: { running: readonly LogAddress[]; ended: readonly LogAddress[] },
): Promise<void> {
  if (redis === null) return
  const discarded = await Promise.allSettled([
    ...running.map((log) => invalidateNow(redis, log, discardedTtlMs)),
    ...ended.map((log) => invalidateNow(redis, log, discardedTtlMs, 'if exists')),
  ])
  for (const one of discarded) if (one.status === 'rejected') reportTrouble(redis, one.reason)
}

/** The marker must outlive the writer, which notices within a second that its turn was ended. */
const discardedTtlMs = 60_000

const invalidateNow = (
  redis: Redis | Cluster,
  log: LogAddress,
  ttlMs: number,
  when: 'always' | 'if exists' = 'always',
) => withTimeout(redisBudgetMs, runScript(redis, invalidateScript, [logKey(log)], [ttlMs, when === 'always' ? 0 : 1]))
