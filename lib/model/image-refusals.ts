import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { imagesRefusedKey } from '@/lib/redis/keys'
import { redisBudgetMs, settleWithin } from '@/lib/redis/run-script'

/**
 * Short, because a damaged image looks the same as a model that cannot view images. Stored per user, so that one user's
 * image does not disable images for others.
 */
const rememberedSeconds = 15 * 60

/** Whether a model refused this user's images recently. False if Redis does not respond. Never rejects. */
export async function hasRefusedImages(redis: RedisHandle, modelId: string, userHash: string): Promise<boolean> {
  if (redis === null) return false
  try {
    return (await settleWithin(redisBudgetMs, redis.exists(imagesRefusedKey(modelId, userHash)))) === 1
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** Remembers a refusal. Best effort, because the stored answer records the same fact. Never rejects. */
export async function rememberRefusedImages(redis: RedisHandle, modelId: string, userHash: string): Promise<void> {
  if (redis === null) return
  try {
    const key = imagesRefusedKey(modelId, userHash)
    await settleWithin(redisBudgetMs, redis.set(key, '1', 'EX', rememberedSeconds))
  } catch (error) {
    reportTrouble(redis, error)
  }
}
