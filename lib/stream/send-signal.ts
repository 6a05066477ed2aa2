import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, settleWithin } from '@/lib/redis/run-script'
import { type LogAddress, signalChannel } from './log-address'
import type { LogSignal } from './on-signal'

/**
 * Tells the writer of a log, wherever it runs, at once. Best effort: whatever must not be missed is written elsewhere
 * first. False when Redis did not take it. Never rejects.
 */
export async function sendSignal(redis: RedisHandle, log: LogAddress, signal: LogSignal): Promise<boolean> {
  if (redis === null) return false
  try {
    await settleWithin(redisBudgetMs, redis.publish(signalChannel(log), signal))
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}
