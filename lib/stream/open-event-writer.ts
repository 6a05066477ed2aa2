import type { KeyRing } from '@/lib/crypto/key-ring'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { appendEntry, tryTwice } from './append-entry'
import { type LogAddress, type LogEntry, sealEntry } from './event-log'
import { createWakeup } from './follow-events'
import { discardLogs, invalidateLog } from './invalidate-log'

export type EventWriter = {
  /** Takes an event and returns at once. Never throws; after the end or a failure it does nothing. */
  write: (event: string) => void
  /**
   * Writes what is left, these events and the mark of the end, in one entry; the log then lives another minute. True
   * when all of it is in Redis. Never rejects, and takes half a second at most.
   */
  end: (events?: readonly string[]) => Promise<boolean>
  /** Ends the log and deletes its events from Redis. Readers continue with the text in Postgres. Never rejects. */
  discard: () => Promise<void>
  /** There is no log, or it is no longer whole. Readers notice by themselves. */
  readonly failed: boolean
}

export type EventWriterOptions = Partial<{
  /** What is written within so much time goes together. The first of it does not wait. */
  coalesceMs: number
  /**
   * The same while nobody listens, which is most runs; one who comes then is late by this once. Nodes of a cluster do
   * not know who listens to the others, so there it is not used. Default: as `coalesceMs`.
   */
  unheardCoalesceMs: number
  /** Beyond this the oldest entries go, and with them the reading from the start. */
  maxEntries: number
  /** Longer than any run: it ends the log of a writer that died. */
  runningTtlMs: number
  endedTtlMs: number
  /** Called once, when the log is given up; must not throw. */
  onFailure: (cause: unknown) => void
}>

const defaults = Object.freeze({
  coalesceMs: 30,
  // Four minutes of an entry every 30 ms.
  maxEntries: 8_192,
  runningTtlMs: 10 * 60_000,
  endedTtlMs: 60_000,
})

/**
 * Opens the log of one run for its one writer. Nobody ever waits for it: events gather while a write is under way, one
 * entry at a time, at most one every `coalesceMs`, and an event that comes after a pause goes out in its own tick. When
 * Redis fails the log is given up for good, because one with a hole is worse than none: whatever lies in Redis is marked
 * as broken once that can be done, and readers fall back to what the caller has stored elsewhere.
 */
export function openEventWriter(
  redis: RedisHandle,
  keys: KeyRing,
  log: LogAddress,
  options: EventWriterOptions = {},
): EventWriter {
  if (redis === null) return noLog
  const { coalesceMs, maxEntries, runningTtlMs, endedTtlMs, onFailure } = { ...defaults, ...options }
  const unheardMs = 'nodes' in redis ? coalesceMs : (options.unheardCoalesceMs ?? coalesceMs)
  const pending: string[] = []
  let state: 'open' | 'ending' | 'ended' | 'failed' = 'open'
  let seq = 0
  let reachedRedis = false
  const endCalled = createWakeup()
  /** Runs while there is something to write. */
  let pump: Promise<void> | null = null

  const fail = (cause: unknown) => {
    if (state === 'failed') return
    state = 'failed'
    pending.length = 0
    if (!(cause instanceof LogGone)) reportTrouble(redis, cause)
    onFailure?.(cause)
    // Without a connection nothing was sent, and an outage would gather one such task for every run.
    if (reachedRedis) void invalidateLog(redis, log, runningTtlMs)
  }

  const append = async (entry: LogEntry) => {
    const ttlMs = entry.isLast ? endedTtlMs : entry.seq === 1 ? runningTtlMs : null
    const sealed = { seq: entry.seq, envelope: sealEntry(keys, log, entry), maxEntries, ttlMs }
    const listening = await tryTwice((again) => {
      reachedRedis ||= redis.status === 'ready'
      return appendEntry(redis, log, sealed, again)
    })
    if (listening === null) throw new LogGone('the log is no longer there')
    return listening
  }

  const run = async () => {
    try {
      // What is written in one tick goes together.
      await null
      do {
        const isLast = state === 'ending'
        const startedAt = performance.now()
        seq += 1
        const listening = await append({ seq, events: pending.splice(0), isLast })
        if (isLast) state = 'ended'
        else await endCalled.wait(startedAt + (listening > 0 ? coalesceMs : unheardMs) - performance.now())
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
        endCalled.ring()
        pump ??= run()
      }
      await pump
      return state === 'ended'
    },
    discard: async () => {
      state = 'failed'
      pending.length = 0
      endCalled.ring()
      await pump?.catch(() => undefined)
      if (reachedRedis) await discardLogs(redis, { running: [log], ended: [] })
    },
    get failed() {
      return state === 'failed'
    },
  }
}

/** Redis lost the log, or its turn was ended elsewhere. It does not mean that Redis failed. */
class LogGone extends Error {
  override name = 'LogGone'
}

/** Where there is no Redis. */
const noLog: EventWriter = Object.freeze({
  write: () => undefined,
  end: async () => false,
  discard: async () => undefined,
  failed: true,
})
