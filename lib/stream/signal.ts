import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import type { Subscriber } from '@/lib/redis/connect-subscriber'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { type LogAddress, signalChannel } from './event-log'

/**
 * Sends a signal to the writer of a log, in whichever process it runs. Best effort: the caller must first store
 * durably anything that must not be lost. Returns false if Redis failed. Never rejects.
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

type LogSignal = 'stop'

/**
 * Subscribes the writer of a log to its signals. Returns a function that unsubscribes and must be called when the
 * run ends. A signal is not authenticated, because anyone with write access to Redis can send one. It should only
 * make the receiver check the durable state sooner.
 */
export function onSignal(
  subscriber: Subscriber | null,
  log: LogAddress,
  onMessage: (signal: LogSignal) => void,
): () => void {
  if (subscriber === null) return () => undefined
  return subscriber.listen(signalChannel(log), (message) => {
    if (message === 'stop') onMessage(message)
  })
}
