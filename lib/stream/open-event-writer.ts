import type { KeyRing } from '@/lib/crypto/key-ring'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { appendEntry, tryTwice } from './append-entry'
import { type LogAddress, type LogEntry, sealEntry } from './event-log'
import { createWakeup } from './follow-events'
import { discardLogs, invalidateLog } from './invalidate-log'

export type EventWriter = {
  /** Queues an event and returns immediately. Never throws. Does nothing after the end or a failure. */
  write: (event: string) => void
  /**
   * Writes the queued events, the given events and the end marker in one entry, and sets the TTL to one minute.
   * Returns true if the whole log is in Redis. Never rejects and takes half a second at most.
   */
  end: (events?: readonly string[]) => Promise<boolean>
  /** Ends the log and deletes its events from Redis. Readers continue with the text in Postgres. Never rejects. */
  discard: () => Promise<void>
  /** Whether the log does not exist or is incomplete. Readers detect this on their own. */
  readonly failed: boolean
}

type EventWriterOptions = Partial<{
  /** Events within this time are written as one entry. An event after a pause is written at once. */
  coalesceMs: number
  /**
   * Replaces `coalesceMs` while no process is subscribed, which is the case for most runs. A new reader may see its
   * first event this much later. Not used on a cluster, whose nodes do not know the subscribers of other nodes.
   */
  unreadCoalesceMs: number
  /** The oldest entries beyond this number are trimmed. The log can then no longer be read from the start. */
  maxEntries: number
  /** Must be longer than any run, because it also expires the log of a writer that died. */
  runningTtlMs: number
  endedTtlMs: number
  /** Called once when the log is given up. Must not throw. */
  onFailure: (cause: unknown) => void
}>

const defaults = Object.freeze({
  coalesceMs: 30,
  // Four minutes at one entry every 30 ms.
  maxEntries: 8_192,
  runningTtlMs: 10 * 60_000,
  endedTtlMs: 60_000,
})

/**
 * Opens the event log of one run for its only writer. The caller never waits: events are queued while an entry is
 * being written, at most one entry is written every `coalesceMs`, and an event after a pause is sent in the same
 * tick. If Redis fails, the log is given up permanently, because a log with a gap would mislead readers. Its
 * remains are invalidated as soon as Redis can be reached, and readers fall back to the message in Postgres.
 */
export function openEventWriter(
  redis: RedisHandle,
  keys: KeyRing,
  log: LogAddress,
  options: EventWriterOptions = {},
): EventWriter {
  if (redis === null) return noLog
  const { coalesceMs, maxEntries, runningTtlMs, endedTtlMs, onFailure } = { ...defaults, ...options }
  const unreadMs = 'nodes' in redis ? coalesceMs : (options.unreadCoalesceMs ?? coalesceMs)
  const pending: string[] = []
  let state: 'open' | 'ending' | 'ended' | 'failed' = 'open'
  let seq = 0
  let reachedRedis = false
  const endCalled = createWakeup()
  /** The running write loop; null while the queue is empty. */
  let pump: Promise<void> | null = null

  const fail = (cause: unknown) => {
    if (state === 'failed') return
    state = 'failed'
    pending.length = 0
    if (!(cause instanceof LogGone)) reportTrouble(redis, cause)
    onFailure?.(cause)
    // If there was no connection, nothing was sent and there is nothing to invalidate. Otherwise an outage would
    // accumulate one retrying task for each run.
    if (reachedRedis) void invalidateLog(redis, log, runningTtlMs)
  }

  const append = async (entry: LogEntry) => {
    const ttlMs = entry.isLast ? endedTtlMs : entry.seq === 1 ? runningTtlMs : null
    const sealed = { seq: entry.seq, envelope: sealEntry(keys, log, entry), maxEntries, ttlMs }
    const listenerCount = await tryTwice((isRetry) => {
      reachedRedis ||= redis.status === 'ready'
      return appendEntry(redis, log, sealed, isRetry)
    })
    if (listenerCount === null) throw new LogGone('The log no longer exists')
    return listenerCount
  }

  const run = async () => {
    try {
      // Collect all events of this tick in one entry.
      await null
      do {
        const isLast = state === 'ending'
        const startedAt = performance.now()
        seq += 1
        const listenerCount = await append({ seq, events: pending.splice(0), isLast })
        if (isLast) state = 'ended'
        else await endCalled.wait(startedAt + (listenerCount > 0 ? coalesceMs : unreadMs) - performance.now())
      } while (pending.length > 0 || state === 'ending')
      pump = null
    } catch (cause) {
      fail(cause)
    }
  }

  return {
    write: (event) => {
      if (state !== 'open') return
      pending.push(event)
      pump ??= run()
    },
    end: async (events = []) => {
      if (state === 'open') {
        state = 'ending'
        pending.push(...events)
        endCalled.notify()
        pump ??= run()
      }
      await pump
      return state === 'ended'
    },
    discard: async () => {
      state = 'failed'
      pending.length = 0
      endCalled.notify()
      await pump?.catch(() => undefined)
      if (reachedRedis) await discardLogs(redis, { running: [log], ended: [] })
    },
    get failed() {
      return state === 'failed'
    },
  }
}

/** Redis lost the log, or another process ended the turn. This is not a failure of Redis. */
class LogGone extends Error {
  override name = 'LogGone'
}

/** The writer that is used without Redis. */
const noLog: EventWriter = Object.freeze({
  write: () => undefined,
  end: async () => false,
  discard: async () => undefined,
  failed: true,
})
