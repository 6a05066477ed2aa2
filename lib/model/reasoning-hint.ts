/*
 * Remembers which models begin inside their reasoning without an opening tag, so that their next answers are streamed
 * as reasoning from the first token. `readBreaker` reads it. Without Redis every such answer is corrected when its
 * closing tag arrives.
 */
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, settleWithin } from '@/lib/redis/run-script'

/**
 * A user can make a model write a closing tag, so one answer is not enough. This many consecutive answers of all users
 * set the hint, and one answer of the other kind removes it.
 */
export const enoughImplicitAnswers = 2

const keepSeconds = 7 * 24 * 3600

/** In a cluster it is in the same slot as the breaker of the model. */
export const hintKey = (modelId: string) => `gf:1:reasoning:{${modelId}}`

/** Counts an answer that began inside its reasoning without an opening tag, or resets the count. Never rejects. */
export async function rememberReasoning(redis: RedisHandle, modelId: string, isImplicit: boolean): Promise<void> {
  if (!redis) return
  const key = hintKey(modelId)
  try {
    const count = () => redis.multi().incr(key).expire(key, keepSeconds).exec()
    await settleWithin<unknown>(redisBudgetMs, isImplicit ? count() : redis.del(key))
  } catch (error) {
    reportTrouble(redis, error)
  }
}
