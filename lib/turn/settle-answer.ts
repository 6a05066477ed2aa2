import { nextPath } from '@/lib/answer-cache/answer-scope'
import type { CacheQuestion } from '@/lib/answer-cache/cache-question'
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
  context: Needs<'redis' | 'keys' | 'userId'>,
  question: CacheQuestion,
  answerId: MessageId,
  found: FoundAnswer,
): AnswerInProgress['settle'] {
  return (answer) => {
    if (found.status === 'hit')
      return { path: nextPath(context.keys, question.path, found.identity), store: async () => true }
    const identity = answer.isWhole ? identifyAnswer(context.keys, question, answer) : null
    return {
      path: nextPath(context.keys, question.path, identity ?? answerId),
      store: async () => answer.isWhole && storeAnswer(context, question, answer),
    }
  }
}
