import type { KeyRing } from '@/lib/crypto/key-ring'
import type { RedisHandle } from '@/lib/redis/connect'
import type { Subscriber } from '@/lib/redis/connect-subscriber'
import { formatPosition, type LogAddress, logKey, parsePosition } from './event-log'
import { readEntries } from './read-entries'

/**
 * - `events`: events in the order in which they were written. `id` is the position after them.
 * - `idle`: nothing was written for a while.
 * - `end`: the writer ended the log.
 * - `gone`: the log is missing, broken or incomplete. The events yielded so far are an intact prefix of what was
 *   written.
 *
 * No event follows `end` or `gone`.
 */
type FollowedEvent =
  | { type: 'events'; id: string; events: string[] }
  | { type: 'idle' }
  | { type: 'end' }
  | { type: 'gone' }

export type FollowOptions = Partial<{
  /** The `id` of the last events that the client has received. If it is missing, reading starts at the first event. */
  after: string | null
  signal: AbortSignal
  /**
   * Yields `idle` after this much time without events. The log of a writer that died stays silent until its TTL, so
   * the caller should use `idle` to check elsewhere whether the run is still alive.
   */
  idleAfterMs: number
  /** How long to wait for a log that does not exist yet. */
  appearWithinMs: number
}>

/** Pub/sub messages may be lost. A reader that misses one will find the entry with the next poll. */
const pollIntervalMs = 1_000

/**
 * Follows a log live, from any process, until it ends. Reads only when the consumer pulls, so a slow consumer
 * buffers one batch at most. Between reads it sleeps until the subscriber wakes it or the poll interval has passed.
 * Returns without a final event when `signal` aborts. Unsubscribes when it ends or the consumer stops iterating.
 */
export async function* followEvents(
  { redis, subscriber, keys }: { redis: RedisHandle; subscriber: Subscriber | null; keys: KeyRing },
  log: LogAddress,
  { after = null, signal, idleAfterMs = Number.POSITIVE_INFINITY, appearWithinMs = 1_000 }: FollowOptions = {},
): AsyncGenerator<FollowedEvent, void, void> {
  let position = after === null ? 0 : parsePosition(log, after)
  if (redis === null || position === null) return yield { type: 'gone' }
  const wakeup = createWakeup()
  // Ignore the announcement of entries that were already read.
  const unsubscribe = subscriber?.listen(logKey(log), (message) => {
    if (!(Number(message ?? Number.NaN) <= Number(position))) wakeup.notify()
  })
  signal?.addEventListener('abort', wakeup.notify)
  let idleSince = performance.now()
  try {
    while (!signal?.aborted) {
      const batch = await readEntries(redis, keys, log, position)
      if (batch === null) return yield { type: 'gone' }
      for (const { seq, events } of batch.entries) {
        if (signal?.aborted) return
        if (events.length > 0) yield { type: 'events', id: formatPosition(log, seq), events }
        position = seq
        idleSince = performance.now()
      }
      if (signal?.aborted) return
      if (batch.hasEnded) return yield { type: 'end' }
      if (batch.hasMore) continue
      const timeoutMs = position === 0 ? appearWithinMs : idleAfterMs
      const remainingMs = idleSince + timeoutMs - performance.now()
      if (remainingMs > 0) {
        await wakeup.wait(Math.min(pollIntervalMs, remainingMs))
      } else {
        if (position === 0) return yield { type: 'gone' }
        yield { type: 'idle' }
        idleSince = performance.now()
      }
    }
  } finally {
    unsubscribe?.()
    signal?.removeEventListener('abort', wakeup.notify)
  }
}

/** Wakes a single waiter. Notifications without a waiter are merged into one, which ends the next wait at once. */
type Wakeup = { notify: () => void; wait: (maxMs: number) => Promise<void> }

export function createWakeup(): Wakeup {
  let isNotified = false
  let wake: (() => void) | null = null
  return {
    notify: () => {
      isNotified = true
      wake?.()
    },
    wait: async (maxMs) => {
      if (!isNotified) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, Math.max(0, maxMs))
        wake = resolve
        await promise
        clearTimeout(timer)
        wake = null
      }
      isNotified = false
    },
  }
}
