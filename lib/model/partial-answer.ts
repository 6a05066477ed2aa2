import type { ModelChunk } from './model-chunk'

/** Records the output of one call. */
export type PartialAnswer = {
  /** Records a chunk. Returns true if it is output, not only the start or end of a part. */
  add: (chunk: ModelChunk) => boolean
  /** Whether there was any output: text, reasoning, tool input or a file. */
  started: () => boolean
  /** The total length of text, reasoning and tool input. */
  characters: () => number
  /** Returns the chunks that end all open parts. */
  close: () => ModelChunk[]
  /** Must be called when the chunks so far are void because the same output will follow again. */
  restart: () => void
}

export function partialAnswer(): PartialAnswer {
  const parts = openParts()
  let characters = 0
  let started = false
  return {
    add: (chunk) => {
      parts.track(chunk)
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

/** The parts of an answer that have started and not ended. */
type OpenParts = {
  track: (chunk: ModelChunk) => void
  /** Returns the chunks that end the open parts. */
  close: () => ModelChunk[]
}

/** Every part must end when its call ends, because the client shows a part without an end as still streaming. */
function openParts(): OpenParts {
  const parts = new Map<string, ModelChunk>()
  return {
    track: (chunk) => {
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
          const errorText = 'The tool call was interrupted.'
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
      // The step was opened first, so it must be closed last.
      const ends = [...parts.values()].reverse()
      parts.clear()
      return ends
    },
  }
}
