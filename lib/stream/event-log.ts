import { open, seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'

/**
 * Identifies the event log of one run. `scope` names the subject of the run, such as a turn; it must already be
 * hashed, because it appears in key names. `fence` is the number of the run and increases with every later run. The
 * fence is part of every name, so that a run that was given up cannot write into the log of its successor.
 */
export type LogAddress = { userId: string; scope: string; fence: number }

/**
 * The key of the Redis stream. Readers are woken on a channel of the same name. The braces are a cluster's hash tag.
 */
export const logKey = ({ scope, fence }: LogAddress) => `gf:1:log:{${scope}}:${fence}`

/** The channel on which the writer of a log receives signals from other processes. */
export const signalChannel = (log: LogAddress) => `${logKey(log)}:signal`

/**
 * Formats a position as an event id (`Last-Event-ID`). It includes the fence, so positions of two runs never collide.
 */
export const formatPosition = ({ fence }: LogAddress, seq: number) => `${fence}-${seq}`

/** Returns the sequence number of a position in this log, or null if it belongs to another run or is malformed. */
export function parsePosition(log: LogAddress, position: string): number | null {
  const seq = Number(/^\d{1,15}-(\d{1,15})$/.exec(position)?.[1] ?? Number.NaN)
  return formatPosition(log, seq) === position ? seq : null
}

/** The events of one write. `seq` counts the entries of a log from 1. */
export type LogEntry = { seq: number; events: string[]; isLast: boolean }

/**
 * Encrypts an entry for Redis. User, log key and sequence number are authenticated as associated data, so an entry
 * that was moved to another position or log does not open. `isLast` is part of the encrypted text; otherwise an
 * attacker with write access to Redis could forge the end of a log.
 */
export function sealEntry(keys: KeyRing, log: LogAddress, { seq, events, isLast }: LogEntry): Buffer {
  return seal(keys, associatedData(log, seq), JSON.stringify({ events, isLast }))
}

/** Decrypts the entry at this position of this log. Returns null if the envelope is not that entry. Never throws. */
export function openEntry(keys: KeyRing, log: LogAddress, seq: number, envelope: Buffer): LogEntry | null {
  const text = open(keys, associatedData(log, seq), envelope)
  if (text === null) return null
  // The envelope is authenticated, so `sealEntry` must have written this JSON.
  const { events, isLast } = JSON.parse(text) as Omit<LogEntry, 'seq'>
  return { seq, events, isLast }
}

const associatedData = (log: LogAddress, seq: number) => ({ userId: log.userId, scope: logKey(log), entryId: `${seq}` })

/** Returns whether a log exists; false if Redis fails. Never rejects. */
export async function logExists(redis: RedisHandle, log: LogAddress): Promise<boolean> {
  if (redis === null) return false
  try {
    return (await withTimeout(redisBudgetMs, redis.exists(logKey(log)))) === 1
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}
