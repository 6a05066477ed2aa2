/**
 * Anthropic's stream. Its known events are passed on unchanged, because the SDK handles them. Unknown kinds of events
 * are skipped, and a stream that ends after its stop reason is completed.
 */
import type { StreamDialect } from './clean-stream'
import { isObject } from './is-object'
import { noteSkipped, type StreamNotes } from './stream-notes'

const knownEvents: readonly unknown[] = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
  'error',
]

export function anthropicDialect(notes: StreamNotes): StreamDialect {
  let hasStopped = false
  return {
    read: (value) => {
      const { type, delta } = value
      if (!knownEvents.includes(type) || (notes.hasEnded && type === 'error')) {
        noteSkipped(notes, notes.hasEnded ? 'after_end' : 'unreadable')
        return null
      }
      hasStopped ||= type === 'message_stop'
      if (type === 'message_delta' && isObject(delta) && typeof delta.stop_reason === 'string') notes.hasEnded = true
      return { data: JSON.stringify(value), isFatal: false }
    },
    end: () => (notes.hasEnded && !hasStopped ? JSON.stringify({ type: 'message_stop' }) : null),
  }
}
