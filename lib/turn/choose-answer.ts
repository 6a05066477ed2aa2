import type { Needs } from '@/lib/context'
import type { ModelEvent } from '@/lib/model/call-model'
import { type FoundAnswer, replayAnswer } from './find-answer'
import { type AnswerEvent, followFlight } from './follow-flight'

/** Where a turn's answer comes from: the cache, somebody who is being answered the same right now, or the model. */
export function chooseAnswer(
  context: Needs<'redis' | 'subscriber' | 'keys'>,
  found: FoundAnswer,
  signal: AbortSignal,
  askModel: () => AsyncIterable<ModelEvent>,
): AsyncIterable<AnswerEvent> {
  if (found.status === 'hit') return replayAnswer(found)
  if (found.status === 'miss' && found.flight && found.follows)
    return followFlight(context, found.flight, signal, askModel)
  return askModel()
}
