import { countCacheEvents } from '@/lib/answer-cache/cache-counters'
import { type CacheQuestion, cacheEntryRef, mayBeShared } from '@/lib/answer-cache/cache-question'
import { isOnlyText } from '@/lib/answer-cache/cacheable-turn'
import { nextPath } from '@/lib/answer-cache/conversation-path'
import { identifyAnswer, storeAnswer } from '@/lib/answer-cache/store-answer'
import type { Needs } from '@/lib/context'
import type { MessageId } from '@/lib/ids'
import type { FoundAnswer } from './find-answer'
import type { AnswerInProgress } from './stream-answer'

/**
 * What the end of an answer means to the cache: where the conversation now stands, and whether the answer is kept. One
 * that came from the cache keeps its identity and is there already; one that may not be cached stands for itself.
 */
export function settleAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'caller' | 'settings' | 'embedder' | 'hold' | 'now'>,
  question: CacheQuestion,
  answerId: MessageId,
  found: FoundAnswer,
): AnswerInProgress['settle'] {
  const isShareable = mayBeShared(question)
  const withFile = !isOnlyText(question.parts)
  const after = (identity: string | null) =>
    identity === null
      ? nextPath(context.keys, question.path, { identity: answerId, isShareable: false, withFile })
      : nextPath(context.keys, question.path, { identity, isShareable })
  return (answer) => {
    const isHit = found.status === 'hit'
    const identity = isHit ? found.identity : answer.isWhole ? identifyAnswer(context.keys, question, answer) : null
    const words = isHit ? found.words : undefined
    const cacheEntry = identity ? cacheEntryRef(context, question, identity, words) : null
    const settled = { path: after(identity), cacheEntry }
    const store = async () => {
      const isStored =
        isHit ||
        answer.isFollowed ||
        (answer.isWhole &&
          (await storeAnswer(
            context,
            question,
            { ...answer, messageId: answerId },
            found.status === 'miss' ? found.vector : null,
          )))
      if (found.status !== 'bypass' || isStored) countCacheEvents(context, eventsOf(found, answer.isFollowed, isStored))
      return isStored
    }
    return { ...settled, store }
  }
}

/** A turn as the counters see it. */
function eventsOf(found: FoundAnswer, isFollowed: boolean, isStored: boolean): Parameters<typeof countCacheEvents>[1] {
  switch (found.status) {
    case 'hit': {
      const { usage, costUsd, durationMs } = found.answer
      return {
        lookups: 1,
        [`hit:${found.layer}`]: 1,
        ...(found.isShared && { 'hit:shared': 1 }),
        saved_tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
        saved_usd: costUsd ?? 0,
        saved_ms: durationMs,
      }
    }
    case 'miss': {
      const refused = Object.fromEntries(found.refusals.map((rule) => [`refused:${rule}`, 1]))
      const end = isFollowed ? { followed: 1 } : isStored ? { stored: 1 } : {}
      return { lookups: 1, [`miss:${found.reason}`]: 1, ...refused, ...end }
    }
    case 'bypass':
      return { stored: 1 }
  }
}
