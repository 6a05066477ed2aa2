import type { ChatPart } from '@/lib/contract/ui-message'
import type { ModelEvent } from '@/lib/model/call-model'
import { textOf } from '@/lib/prompt/message-content'

const partId = 'beginning'

/**
 * The rest of an answer that was broken off, as one answer: first the text that was there, at once, then what the model
 * goes on with, in the same part, so that it joins in the middle of a sentence. Without a beginning the events pass
 * unchanged. A finish becomes `other`: an answer in two pieces is not kept for anybody who asks the same.
 */
export function goOnFrom(beginning: readonly ChatPart[], events: AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent> {
  const text = textOf(beginning)
  return text === '' ? events : join(text, events)
}

async function* join(text: string, events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  yield { type: 'chunk', chunk: { type: 'text-start', id: partId } }
  yield { type: 'chunk', chunk: { type: 'text-delta', id: partId, delta: text } }
  let joined: string | null = null
  for await (const event of events) {
    if (event.type === 'end') yield { ...event, finish: event.finish === 'stop' ? 'other' : event.finish }
    else if (event.type !== 'chunk') yield event
    else if (event.chunk.type === 'text-start' && joined === null) joined = event.chunk.id
    else if ('id' in event.chunk && event.chunk.id === joined && event.chunk.type.startsWith('text-'))
      yield { type: 'chunk', chunk: { ...event.chunk, id: partId } }
    else yield event
  }
}
