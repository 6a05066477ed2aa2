/* Mechanism used: semantic-cache (runs scripts, within the time that Redis may take). */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { runScript } from '@/lib/semantic-cache/run-script'
import { redisBudgetMs, settleWithin } from '@/lib/semantic-cache/settle-within'
import { type LogAddress, logKey } from './log-address'

const tryEveryMs = 1_000

export const breakScript = `
-- Puts a mark in the place of a log that its writer has given up, and tells the readers. The mark's id is beyond every
-- entry's, so that no command of the writer that arrives late can begin the log anew. A full Redis may refuse the mark;
-- then the log is just gone.
local log = KEYS[1]
local ttl = ARGV[1]
redis.call('DEL', log)
if type(redis.pcall('XADD', log, '9999999999999-0', 'broken', '1')) == 'string' then redis.call('PEXPIRE', log, ttl) end
redis.call('PUBLISH', log, 'broken')
return 1
`

/**
 * Sees to it that no reader takes what is left of a log for the whole, as soon as Redis can be reached; gives up when
 * the log's own TTL must have ended it. Never rejects.
 */
export async function breakLog(redis: Redis | Cluster, log: LogAddress, ttlMs: number): Promise<void> {
  const pointlessFrom = performance.now() + ttlMs
  while (redis.status !== 'end' && performance.now() < pointlessFrom) {
    try {
      await settleWithin(redisBudgetMs, runScript(redis, breakScript, [logKey(log)], [ttlMs]))
      return
    } catch {
      // Redis is away, which whoever gave the log up has reported.
      await sleep(tryEveryMs, undefined, { ref: false })
    }
  }
}
