import type { RequestContext } from '@/lib/context'
import { titleConversation } from '@/lib/conversation/title-conversation'
import { processStage } from '@/lib/process-handle'
import { textOf } from '@/lib/prompt/answer-messages'
import type { FoundAnswer } from './find-answer'
import type { OpenTurn } from './open-turn'
import type { AnswerInProgress } from './stream-answer'
import type { TurnRequest } from './turn-request'

/**
 * What is left to do when the first turn of a conversation has ended and its reader knows: its title. An answer that cost
 * no call of the model, since it lay in the cache or was somebody else's, costs none for a title either: there the
 * beginning of the question stays. Neither does a process that is about to stop begin with one.
 */
export function titleFirstTurn(
  context: RequestContext,
  { conversationId, turnId }: TurnRequest,
  turn: OpenTurn,
  found: FoundAnswer,
): AnswerInProgress['afterwards'] {
  return async ({ status, isFollowed, model, parts }) => {
    if (turn.parentId !== null || found.status === 'hit' || isFollowed) return
    if (status !== 'complete' || processStage() !== 'serving') return
    const exchange = { question: textOf(turn.question.parts), answer: textOf(parts) }
    await titleConversation(context, { conversationId, turnId, modelId: model, ...exchange })
  }
}
