import type { KeyRing } from '@/lib/crypto/key-ring'
import type { RedisHandle } from '@/lib/redis/connect'
import type { Subscriber } from '@/lib/redis/connect-subscriber'
import { formatPosition, type LogAddress, logKey, parsePosition } from './event-log'
import { readEntries } from './read-entries'

/**
 * `events`: in the order they were written; `id` is where to go on after them. `idle`: nothing for a while, the log is
 * as it was. `end`: the writer said that it was done. `gone`: there is no log that could be read on without a doubt, and
 * what has been handed out so far is a true beginning of what was written. `end` and `gone` are the last.
 */
type FollowedEvent =
  | { type: 'events'; id: string; events: string[] }
  | { type: 'idle' }
  | { type: 'end' }
  | { type: 'gone' }

export type FollowOptions = Partial<{
  /** The `id` of the last events that the reader has; without it from the first event. */
  after: string | null
  signal: AbortSignal
  /**
   * Say `idle` after so much silence. A writer that died leaves a log that is silent until its TTL: whoever knows
   * elsewhere whether the run lives must look there now and then.
   */
  idleAfterMs: number
  /** How long a log that is not there may take to begin. */
  appearWithinMs: number
}>

/** Messages may be lost; then the reader is late by this, and loses nothing. */
const lookEveryMs = 1_000

/**
 * Follows a log from any process, live to its end. It reads when its reader asks for more, so a slow reader holds one
 * batch and no queue, and between reads it sleeps until the subscriber wakes it. When the signal fires it ends without a
 * word. Nothing of it is left when it has ended or been left.
 */
export async function* followEvents(
  { redis, subscriber, keys }: { redis: RedisHandle; subscriber: Subscriber | null; keys: KeyRing },
  log: LogAddress,
  { after = null, signal, idleAfterMs = Number.POSITIVE_INFINITY, appearWithinMs = 1_000 }: FollowOptions = {},
): AsyncGenerator<FollowedEvent, void, void> {
  let position = after === null ? 0 : parsePosition(log, after)
  if (redis === null || position === null) return yield { type: 'gone' }
  const bell = createWakeup()
  // What we have read by ourselves need not be announced.
  const leave = subscriber?.listen(logKey(log), (message) => {
    if (!(Number(message ?? Number.NaN) <= Number(position))) bell.ring()
  })
  signal?.addEventListener('abort', bell.ring)
  let quietSince = performance.now()
  try {
    while (!signal?.aborted) {
      const news = await readEntries(redis, keys, log, position)
      if (news === null) return yield { type: 'gone' }
      for (const { seq, events } of news.entries) {
        if (signal?.aborted) return
        if (events.length > 0) yield { type: 'events', id: formatPosition(log, seq), events }
        position = seq
        quietSince = performance.now()
      }
      if (signal?.aborted) return
      if (news.hasEnded) return yield { type: 'end' }
      if (news.hasMore) continue
      const patienceMs = position === 0 ? appearWithinMs : idleAfterMs
      const leftMs = quietSince + patienceMs - performance.now()
      if (leftMs > 0) {
        await bell.wait(Math.min(lookEveryMs, leftMs))
      } else {
        if (position === 0) return yield { type: 'gone' }
        yield { type: 'idle' }
        quietSince = performance.now()
      }
    }
  } finally {
    leave?.()
    signal?.removeEventListener('abort', bell.ring)
  }
}

/** Wakes one waiter. A ring while nobody waits is kept for the next wait; several are one. */
type Bell = { ring: () => void; wait: (atMostMs: number) => Promise<void> }

export function createWakeup(): Bell {
  let isRung = false
  let wake: (() => void) | null = null
  return {
    ring: () => {
      isRung = true
      wake?.()
    },
    wait: async (atMostMs) => {
      if (!isRung) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, Math.max(0, atMostMs))
        wake = resolve
        await promise
        clearTimeout(timer)
        wake = null
      }
      isRung = false
    },
  }
}
