import { answerSoFar } from '@/lib/model/answer-so-far'
import type { ModelEvent } from '@/lib/model/call-model'
import { areImagesRefused } from '@/lib/model/classify-model-error'

type Call = AsyncGenerator<ModelEvent, void, undefined>

/**
 * Streams a call with images. If it is refused before its first output, it is made once more without images. If that is
 * refused as well, the reason was another one, and the second error is returned. `onLeftOut` is called before the first
 * event of an answer without images.
 */
export async function* retryWithoutImages(call: Call, callWithoutImages: () => Call, onLeftOut: () => void): Call {
  const first = await begin(call)
  const isRefused = first.last?.type === 'failed' && areImagesRefused(first.last.cause)
  if (!isRefused) return yield* goOn(first)
  await call.return()
  const second = await begin(callWithoutImages())
  if (second.last?.type !== 'failed' && second.last?.type !== 'aborted') onLeftOut()
  yield* goOn(second)
}

/** A call up to its first output or its end. `last` is the newest event. */
type Begun = { held: ModelEvent[]; last: ModelEvent | undefined; rest: Call }

async function begin(rest: Call): Promise<Begun> {
  const answer = answerSoFar()
  const held: ModelEvent[] = []
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    held.push(next.value)
    if (next.value.type !== 'chunk' || answer.add(next.value.chunk)) break
  }
  return { held, last: held.at(-1), rest }
}

async function* goOn({ held, rest }: Begun): Call {
  try {
    yield* held
    yield* rest
  } finally {
    await rest.return()
  }
}
