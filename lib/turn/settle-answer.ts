import { type CacheQuestion, cacheEntryRef, mayBeShared } from '@/lib/answer-cache/cache-question'
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
  context: Needs<'redis' | 'keys' | 'userId' | 'settings'>,
  question: CacheQuestion,
  answerId: MessageId,
  found: FoundAnswer,
): AnswerInProgress['settle'] {
  const isShareable = mayBeShared(question)
  const after = (identity: string | null) =>
    identity === null
      ? nextPath(context.keys, question.path, { identity: answerId, isShareable: false })
      : nextPath(context.keys, question.path, { identity, isShareable })
  return (answer) => {
    const isHit = found.status === 'hit'
    const identity = isHit ? found.identity : answer.isWhole ? identifyAnswer(context.keys, question, answer) : null
    const settled = { path: after(identity), cacheEntry: identity ? cacheEntryRef(context, question, identity) : null }
    if (isHit) return { ...settled, store: async () => true }
    return {
      ...settled,
      store: async () => answer.isWhole && storeAnswer(context, question, answer),
    }
  }
}
