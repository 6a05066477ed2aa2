import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, settleWithin } from '@/lib/redis/run-script'
import { type LogAddress, logKey } from './log-address'

/** Whether a log has begun; false too where Redis cannot say. Never rejects. */
export async function logExists(redis: RedisHandle, log: LogAddress): Promise<boolean> {
  if (redis === null) return false
  try {
    return (await settleWithin(redisBudgetMs, redis.exists(logKey(log)))) === 1
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}
