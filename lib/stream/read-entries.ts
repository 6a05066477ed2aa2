import type { Cluster, Redis } from 'ioredis'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { tryTwice } from './append-entry'
import { type LogAddress, type LogEntry, logKey, openEntry } from './event-log'

/** The entries of a log after a position. `hasMore` is true if the log may hold more than one read returns. */
type LogBatch = { entries: LogEntry[]; hasEnded: boolean; hasMore: boolean }

const entriesPerRead = 128

/**
 * Reads the entries after number `after` (0: from the start). Returns an empty batch if the log has not begun, and
 * null if the log cannot be continued: the entry is missing, there is a gap, an entry does not open at its
 * position, the log was invalidated, or Redis failed.
 *
 * The entry at the position is always read again. Otherwise a log that was deleted would look like one without new
 * entries. It also shows whether the log ended at this position.
 */
export async function readEntries(
  redis: Redis | Cluster,
  keys: KeyRing,
  log: LogAddress,
  after: number,
): Promise<LogBatch | null> {
  const stored = await readStored(redis, log, after)
  if (stored === null || (after > 0 && stored.length === 0)) return null
  const entries: LogEntry[] = []
  let hasEnded = false
  for (const item of stored) {
    const entry = parseStored(keys, log, item)
    const expected = entries.at(-1)?.seq ?? after
    // MAXLEN may have trimmed the entry at the position while its reader was slow. The next
    // entry must then follow it directly.
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

/**
 * Parses an item `[id, [field, value]]` of a reply. Anyone with write access to Redis may have stored another value.
 */
function parseStored(keys: KeyRing, log: LogAddress, item: unknown): LogEntry | null {
  const [id, fields]: unknown[] = Array.isArray(item) ? item : []
  const [, envelope]: unknown[] = Array.isArray(fields) ? fields : []
  const seq = Number(/^(\d{1,15})-0$/.exec(String(id))?.[1] ?? Number.NaN)
  return Buffer.isBuffer(envelope) ? openEntry(keys, log, seq, envelope) : null
}
