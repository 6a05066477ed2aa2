import type { ModelEvent } from '@/lib/model/call-model'

/**
 * Transforms the events of a call that continues a cut-off text: its first text joins the part `partId`, which is
 * still open, so that the answer continues mid-sentence. Its step is the one that has already begun. Other events are
 * unchanged. After a restart the caller has sent the text again, so the part is open again.
 */
export async function* continueText(partId: string, events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
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
    // The model calls a tool or ends without further text. The part must end within its step, because a client does
    // not support parts that span steps.
    if (isOpen && joined === null && (!chunk || chunk.type === 'finish-step' || chunk.type.startsWith('tool-'))) {
      isOpen = false
      yield end
    }
    yield event
  }
}
