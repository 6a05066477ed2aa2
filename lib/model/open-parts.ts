import type { ModelChunk } from './model-chunk'

/** Which parts of an answer have begun and not ended. */
export type OpenParts = {
  see: (chunk: ModelChunk) => void
  /** The chunks that end what is open. */
  close: () => ModelChunk[]
}

/** However a call ends, the client is left with whole parts: a part without an end would show as still being written. */
export function openParts(): OpenParts {
  const parts = new Map<string, ModelChunk>()
  return {
    see: (chunk) => {
      switch (chunk.type) {
        case 'start-step':
          parts.set('step', { type: 'finish-step' })
          break
        case 'finish-step':
          parts.clear()
          break
        case 'text-start':
          parts.set(`text ${chunk.id}`, { type: 'text-end', id: chunk.id })
          break
        case 'text-end':
          parts.delete(`text ${chunk.id}`)
          break
        case 'reasoning-start':
          parts.set(`reasoning ${chunk.id}`, { type: 'reasoning-end', id: chunk.id })
          break
        case 'reasoning-end':
          parts.delete(`reasoning ${chunk.id}`)
          break
        case 'tool-input-start': {
          const { toolCallId, toolName } = chunk
          const errorText = 'The call was broken off.'
          parts.set(`tool ${toolCallId}`, { type: 'tool-input-error', toolCallId, toolName, input: {}, errorText })
          break
        }
        case 'tool-input-available':
        case 'tool-input-error':
          parts.delete(`tool ${chunk.toolCallId}`)
          break
      }
    },
    close: () => {
      // Inside out: the step was opened first.
      const ends = [...parts.values()].reverse()
      parts.clear()
      return ends
    },
  }
}
