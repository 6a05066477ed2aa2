import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import type { Subscriber } from '@/lib/redis/connect-subscriber'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { type LogAddress, signalChannel } from './event-log'

/**
 * Tells the writer of a log, wherever it runs, at once. Best effort: whatever must not be missed is written elsewhere
 * first. False when Redis did not take it. Never rejects.
 */
export async function sendSignal(redis: RedisHandle, log: LogAddress, signal: LogSignal): Promise<boolean> {
  if (redis === null) return false
  try {
    await withTimeout(redisBudgetMs, redis.publish(signalChannel(log), signal))
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** What a reader may want of a writer. */
type LogSignal = 'stop'

/**
 * Hears what is wanted of the writer of a log; call what it returns when the run is over. Whoever can write to Redis can
 * send a signal: it is a reason to look at what is stored elsewhere now and not later, and no proof.
 */
export function onSignal(
  subscriber: Subscriber | null,
  log: LogAddress,
  hear: (signal: LogSignal) => void,
): () => void {
  if (subscriber === null) return () => undefined
  return subscriber.listen(signalChannel(log), (message) => {
    if (message === 'stop') hear(message)
  })
}
