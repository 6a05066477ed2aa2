import type { ModelChunk } from './model-chunk'

/** What a call has put out up to now. */
export type PartialAnswer = {
  /** Takes a chunk in; true if it is output, and not only the beginning or end of a part. */
  add: (chunk: ModelChunk) => boolean
  /** Whether there was any output: text, reasoning, or a tool's input. */
  started: () => boolean
  /** Length of the text, the reasoning and the arguments of calls. */
  characters: () => number
  /** The chunks that end what has begun. */
  close: () => ModelChunk[]
  /** The chunks so far are void; the same output follows again. */
  restart: () => void
}

export function partialAnswer(): PartialAnswer {
  const parts = openParts()
  let characters = 0
  let started = false
  return {
    add: (chunk) => {
      parts.see(chunk)
      const length = lengthOf(chunk)
      const isOutput = length > 0 || chunk.type.startsWith('tool-') || chunk.type === 'file'
      characters += length
      started ||= isOutput
      return isOutput
    },
    started: () => started,
    characters: () => characters,
    close: parts.close,
    restart: () => {
      parts.close()
      characters = 0
    },
  }
}

function lengthOf(chunk: ModelChunk): number {
  switch (chunk.type) {
    case 'text-delta':
    case 'reasoning-delta':
      return chunk.delta.length
    case 'tool-input-delta':
      return chunk.inputTextDelta.length
    default:
      return 0
  }
}

/** Which parts of an answer have begun and not ended. */
type OpenParts = {
  see: (chunk: ModelChunk) => void
  /** The chunks that end what is open. */
  close: () => ModelChunk[]
}

/** However a call ends, the client is left with whole parts: a part without an end would show as still being written. */
function openParts(): OpenParts {
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
