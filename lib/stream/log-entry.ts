import { open, seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { type LogAddress, logKey } from './log-address'

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
