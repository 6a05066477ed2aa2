import { type LanguageModelStreamPart, toUIMessageChunk, type UIMessageChunk } from 'ai'

/** Chunks that say how a message begins and ends; they are the caller's to write. */
type Frame = 'start' | 'finish' | 'message-metadata' | 'error' | 'abort' | `data-${string}`

/** A chunk of the UI message stream as a model puts it out: steps, text, reasoning, tools, files. */
export type ModelChunk = Exclude<UIMessageChunk, { type: Frame }>

/** Parts that are no content: how the call began, how it ended, and what only its provider understands. */
type Silent = 'model-call-start' | 'model-call-response-metadata' | 'model-call-end' | 'error' | 'raw'

/** What a part of the SDK's stream is for the client, or null if it is nothing. */
export function modelChunk(part: Exclude<LanguageModelStreamPart, { type: Silent }>): ModelChunk | null {
  const chunk = toUIMessageChunk(part)
  return chunk && isModelChunk(chunk) ? chunk : null
}

function isModelChunk(chunk: UIMessageChunk): chunk is ModelChunk {
  switch (chunk.type) {
    case 'start':
    case 'finish':
    case 'message-metadata':
    case 'error':
    case 'abort':
      return false
    default:
      return !chunk.type.startsWith('data-')
  }
}
