import type { ModelChunk } from './model-chunk'
import { openParts } from './open-parts'

/** What a call has put out up to now. */
export type AnswerSoFar = {
  /** Takes a chunk in; true if it is output, and not only the beginning or end of a part. */
  add: (chunk: ModelChunk) => boolean
  /** Whether there was any output: text, reasoning, or a tool's input. */
  started: () => boolean
  /** Length of the text and the reasoning. */
  characters: () => number
  /** The chunks that end what has begun. */
  close: () => ModelChunk[]
}

export function answerSoFar(): AnswerSoFar {
  const parts = openParts()
  let characters = 0
  let started = false
  return {
    add: (chunk) => {
      parts.see(chunk)
      const length = chunk.type === 'text-delta' || chunk.type === 'reasoning-delta' ? chunk.delta.length : 0
      const isOutput = length > 0 || chunk.type.startsWith('tool-') || chunk.type === 'file'
      characters += length
      started ||= isOutput
      return isOutput
    },
    started: () => started,
    characters: () => characters,
    close: parts.close,
  }
}
