import type { ModelEvent } from '@/lib/model/call-model'
import { areImagesRefused } from '@/lib/model/classify-model-error'
import { partialAnswer } from '@/lib/model/partial-answer'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { imagesRefusedKey } from '@/lib/redis/keys'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'

type Call = AsyncGenerator<ModelEvent, void, undefined>

/**
 * Streams a call with images. If it is refused before its first output, it is retried once without images. If that is
 * refused as well, there was another reason, and the second error is returned. `onLeftOut` is called before the first
 * event of an answer without images.
 */
export async function* retryWithoutImages(call: Call, callWithoutImages: () => Call, onLeftOut: () => void): Call {
  const first = await start(call)
  const isRefused = first.last?.type === 'failed' && areImagesRefused(first.last.cause)
  if (!isRefused) return yield* resume(first)
  await call.return()
  const second = await start(callWithoutImages())
  if (second.last?.type !== 'failed' && second.last?.type !== 'aborted') onLeftOut()
  yield* resume(second)
}

/** A call up to its first output or its end. `last` is the newest event. */
type StartedCall = { buffered: ModelEvent[]; last: ModelEvent | undefined; rest: Call }

async function start(rest: Call): Promise<StartedCall> {
  const answer = partialAnswer()
  const buffered: ModelEvent[] = []
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    buffered.push(next.value)
    if (next.value.type !== 'chunk' || answer.add(next.value.chunk)) break
  }
  return { buffered, last: buffered.at(-1), rest }
}

async function* resume({ buffered, rest }: StartedCall): Call {
  try {
    yield* buffered
    yield* rest
  } finally {
    await rest.return()
  }
}

/**
 * Short, because a damaged image looks the same as a model that cannot view images. Stored per user, so that one
 * user's image does not disable images for others.
 */
const refusalTtlSeconds = 15 * 60

/** Whether a model refused this user's images recently. False if Redis does not respond. Never rejects. */
export async function hasRefusedImages(redis: RedisHandle, modelId: string, userHash: string): Promise<boolean> {
  if (redis === null) return false
  try {
    return (await withTimeout(redisBudgetMs, redis.exists(imagesRefusedKey(modelId, userHash)))) === 1
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
    await withTimeout(redisBudgetMs, redis.set(key, '1', 'EX', refusalTtlSeconds))
  } catch (error) {
    reportTrouble(redis, error)
  }
}
