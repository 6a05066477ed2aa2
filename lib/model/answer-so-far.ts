import type { ModelChunk } from './model-chunk'
import { openParts } from './open-parts'

/** What a call has put out up to now. */
export type AnswerSoFar = {
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

export function answerSoFar(): AnswerSoFar {
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
