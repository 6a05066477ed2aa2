import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { type LogAddress, logKey } from './event-log'

const tryEveryMs = 1_000

export const invalidateScript = `
-- Puts a mark in the place of a log that its writer has given up, and tells the readers. The mark's id is beyond every
-- entry's, so that no command of the writer that arrives late can begin the log anew. A full Redis may refuse the mark;
-- then the log is just gone.
local log = KEYS[1]
local ttl, onlyIfThere = ARGV[1], ARGV[2]
if redis.call('DEL', log) == 0 and onlyIfThere == '1' then return 0 end
if type(redis.pcall('XADD', log, '9999999999999-0', 'broken', '1')) == 'string' then redis.call('PEXPIRE', log, ttl) end
redis.call('PUBLISH', log, 'broken')
return 1
`

/**
 * Sees to it that no reader takes what is left of a log for the whole, as soon as Redis can be reached; gives up when
 * the log's own TTL must have ended it. Never rejects.
 */
export async function invalidateLog(redis: Redis | Cluster, log: LogAddress, ttlMs: number): Promise<void> {
  const pointlessFrom = performance.now() + ttlMs
  while (redis.status !== 'end' && performance.now() < pointlessFrom) {
    try {
      await breakNow(redis, log, ttlMs)
      return
    } catch {
      // Redis is away, which whoever gave the log up has reported.
      await sleep(tryEveryMs, undefined, { ref: false })
    }
  }
}

/**
 * Deletes the events of logs from Redis. The writer of a running log can add nothing, even if it has not begun, and
 * readers continue with the text in Postgres. Best effort: a log that cannot be deleted expires. Never rejects.
 */
export async function discardLogs(
  redis: Redis | Cluster | null,
  { running, ended }: { running: readonly LogAddress[]; ended: readonly LogAddress[] },
): Promise<void> {
  if (redis === null) return
  const discarded = await Promise.allSettled([
    ...running.map((log) => breakNow(redis, log, discardedTtlMs)),
    ...ended.map((log) => breakNow(redis, log, discardedTtlMs, 'if there')),
  ])
  for (const one of discarded) if (one.status === 'rejected') reportTrouble(redis, one.reason)
}

/** A writer notices within a second that its turn was ended. */
const discardedTtlMs = 60_000

const breakNow = (redis: Redis | Cluster, log: LogAddress, ttlMs: number, when: 'always' | 'if there' = 'always') =>
  withTimeout(redisBudgetMs, runScript(redis, invalidateScript, [logKey(log)], [ttlMs, when === 'always' ? 0 : 1]))
