import { lookupAnswer } from '@/lib/answer-cache/lookup-answer'
import type { Needs } from '@/lib/context'
import type { FoundAnswer } from './find-answer'
import type { CompletionPlan } from './plan-completion'

/** What the asker's own cache has. Nobody flies along: a completion writes no log that others could follow. */
export async function findCompletion(
  context: Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings' | 'log'>,
  { question, turnId }: CompletionPlan,
): Promise<FoundAnswer> {
  if (question.answerCache === 'off') return { status: 'bypass' }
  const found = await lookupAnswer(context, question)
  if (found.status === 'hit') return found
  context.log.info('cache miss', { turnId, reason: found.reason })
  return { ...found, flight: null, follows: false }
}
