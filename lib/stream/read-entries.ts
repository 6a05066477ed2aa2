import type { Cluster, Redis } from 'ioredis'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { tryTwice } from './append-entry'
import { type LogAddress, type LogEntry, logKey, openEntry } from './event-log'

/** What a log holds beyond a position. `hasMore`: there was more than one read takes. */
export type LogNews = { entries: LogEntry[]; hasEnded: boolean; hasMore: boolean }

const entriesPerRead = 128

/**
 * Reads on from the entry `after` (0: from the start). Null when that cannot be done without a doubt: no such entry, a
 * gap, an entry that is not ours or not in its place, a broken log, no Redis. A log that has not begun yet has no news.
 *
 * The entry at the position is read again each time: if it is gone, then so is what came after, and a log that was
 * emptied and one in which nothing happened would look the same. It also says whether the log ended right there.
 */
export async function readEntries(
  redis: Redis | Cluster,
  keys: KeyRing,
  log: LogAddress,
  after: number,
): Promise<LogNews | null> {
  const stored = await readStored(redis, log, after)
  if (stored === null || (after > 0 && stored.length === 0)) return null
  const entries: LogEntry[] = []
  let hasEnded = false
  for (const item of stored) {
    const entry = openStored(keys, log, item)
    const expected = entries.at(-1)?.seq ?? after
    // MAXLEN may have taken the entry at the position away while its reader was slow; the next one still goes on from it.
    if (entry === null || (entry.seq !== expected + 1 && !(entry.seq === after && entries.length === 0))) return null
    if (entry.seq !== after) entries.push(entry)
    hasEnded = entry.isLast
  }
  return { entries, hasEnded, hasMore: stored.length === entriesPerRead }
}

async function readStored(redis: Redis | Cluster, log: LogAddress, from: number): Promise<unknown[] | null> {
  const attempt = () =>
    withTimeout(redisBudgetMs, redis.callBuffer('XRANGE', logKey(log), `${from}`, '+', 'COUNT', entriesPerRead))
  try {
    const reply: unknown = await tryTwice(attempt)
    return Array.isArray(reply) ? reply : null
  } catch (error) {
    reportTrouble(redis, error)
    return null
  }
}

/** A reply's item is `[id, [field, value]]`; whoever can write to Redis may have put anything there. */
function openStored(keys: KeyRing, log: LogAddress, item: unknown): LogEntry | null {
  const [id, fields]: unknown[] = Array.isArray(item) ? item : []
  const [, envelope]: unknown[] = Array.isArray(fields) ? fields : []
  const seq = Number(/^(\d{1,15})-0$/.exec(String(id))?.[1] ?? Number.NaN)
  return Buffer.isBuffer(envelope) ? openEntry(keys, log, seq, envelope) : null
}
