/*
 * Mechanisms used: redis (its connection), semantic-cache (the time that a command may take).
 *
 * Remembers which models begin in their reasoning without an opening tag, so that their next answers are streamed as
 * reasoning from the first word. `readBreaker` reads it. Without Redis every such answer is corrected when it shows.
 */
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, settleWithin } from '@/lib/semantic-cache/settle-within'

/**
 * A user can make a model write a closing tag. One answer therefore decides nothing: so many in a row do, of all users
 * together, and one answer of the other kind undoes it.
 */
export const enoughImplicitAnswers = 2

const keepSeconds = 7 * 24 * 3600

/** In a cluster it is in the same place as the breaker of the model. */
export const hintKey = (modelId: string) => `gf:1:reasoning:{${modelId}}`

/** Counts an answer that began in its reasoning without an opening tag, or forgets those before it. Never rejects. */
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
