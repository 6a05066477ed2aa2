import { open, seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'

/**
 * Which log: that of one run of something. `scope` says of what and is already hashed, since it stands in key names;
 * `fence` is the number of the run, higher for every later one. The fence is part of every name, so that a run that was
 * given up cannot write into the log of the run that took its place.
 */
export type LogAddress = { userId: string; scope: string; fence: number }

/** The stream in Redis; its readers are woken on a channel of the same name. The braces are a cluster's hash tag. */
export const logKey = ({ scope, fence }: LogAddress) => `gf:1:log:{${scope}}:${fence}`

/** Where the writer of a log hears what others want of it. */
export const signalChannel = (log: LogAddress) => `${logKey(log)}:signal`

/** What a reader may come back with (`Last-Event-ID`). It names the run too: positions of two runs never meet. */
export const formatPosition = ({ fence }: LogAddress, seq: number) => `${fence}-${seq}`

/** The sequence number of a position in this very log; null for one of another run and for anything else. */
export function parsePosition(log: LogAddress, position: string): number | null {
  const seq = Number(/^\d{1,15}-(\d{1,15})$/.exec(position)?.[1] ?? Number.NaN)
  return formatPosition(log, seq) === position ? seq : null
}

/** What one write put into a log: the events of a moment, counted from 1, and whether they were the last. */
export type LogEntry = { seq: number; events: string[]; isLast: boolean }

/**
 * An entry as Redis holds it. User, key of the log and sequence number are associated data: an entry that was moved to
 * another place, in this log or any other, no longer opens. Whether it is the last lies inside for the same reason.
 */
export function sealEntry(keys: KeyRing, log: LogAddress, { seq, events, isLast }: LogEntry): Buffer {
  return seal(keys, homeOf(log, seq), JSON.stringify({ events, isLast }))
}

/** The entry at this place of this log, or null for whatever is not it. Never throws. */
export function openEntry(keys: KeyRing, log: LogAddress, seq: number, envelope: Buffer): LogEntry | null {
  const text = open(keys, homeOf(log, seq), envelope)
  if (text === null) return null
  // Nobody without the key could have written this, so its shape is ours.
  const { events, isLast } = JSON.parse(text) as Omit<LogEntry, 'seq'>
  return { seq, events, isLast }
}

const homeOf = (log: LogAddress, seq: number) => ({ userId: log.userId, scope: logKey(log), entryId: `${seq}` })

/** Whether a log has begun; false too where Redis cannot say. Never rejects. */
export async function logExists(redis: RedisHandle, log: LogAddress): Promise<boolean> {
  if (redis === null) return false
  try {
    return (await withTimeout(redisBudgetMs, redis.exists(logKey(log)))) === 1
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}
