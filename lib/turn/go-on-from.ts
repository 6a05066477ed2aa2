import type { ModelEvent } from '@/lib/model/call-model'

/**
 * A call that goes on from a text that was broken off: what it says first joins the text, in the part `partId` that is
 * still open, so that it goes on in the middle of a sentence. Nothing else of the call changes, but that its step is the
 * one that has begun already. At a restart the caller has sent the text anew, so that the part is open again.
 */
export async function* goOnFrom(partId: string, events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  const end: ModelEvent = { type: 'chunk', chunk: { type: 'text-end', id: partId } }
  let isOpen = true
  let joined: string | null = null
  for await (const event of events) {
    if (event.type === 'restart') {
      isOpen = true
      joined = null
      yield event
      continue
    }
    const chunk = event.type === 'chunk' ? event.chunk : null
    if (chunk?.type === 'start-step') continue
    if (chunk?.type === 'text-start' && joined === null && isOpen) {
      joined = chunk.id
      continue
    }
    if (chunk && 'id' in chunk && chunk.type.startsWith('text-') && chunk.id === joined && isOpen) {
      isOpen = chunk.type !== 'text-end'
      yield { type: 'chunk', chunk: { ...chunk, id: partId } }
      continue
    }
    // It says no more of that text: it calls a tool, or has ended. A client knows no part that outlives its step.
    if (isOpen && joined === null && (!chunk || chunk.type === 'finish-step' || chunk.type.startsWith('tool-'))) {
      isOpen = false
      yield end
    }
    yield event
  }
}
