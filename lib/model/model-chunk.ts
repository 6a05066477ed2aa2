import { type LanguageModelStreamPart, NoSuchToolError, toUIMessageChunk, type UIMessageChunk } from 'ai'
import { isObject } from './is-object'

/** Chunks that say how a message begins and ends; they are the caller's to write. */
type Frame = 'start' | 'finish' | 'message-metadata' | 'error' | 'abort' | `data-${string}`

/** A chunk of the UI message stream as a model puts it out: steps, text, reasoning, tools, files. */
export type ModelChunk = Exclude<UIMessageChunk, { type: Frame }>

/** Parts that are no content: how the call began, how it ended, and what only its provider understands. */
type Silent = 'model-call-start' | 'model-call-response-metadata' | 'model-call-end' | 'error' | 'raw'

/**
 * What a part of the SDK's stream is for the client, or null if it is nothing. A call that cannot be made, of a tool that
 * there is not or with arguments that are no JSON object, is answered to the model in our words and not in the SDK's, which
 * repeat all that was sent; and it is a call of that name like any other, or a reader would see two cards.
 */
export function modelChunk(part: Exclude<LanguageModelStreamPart, { type: Silent }>): ModelChunk | null {
  if (part.type === 'tool-input-start') return { type: part.type, toolCallId: part.id, toolName: nameOf(part) }
  if (part.type === 'tool-call') return callChunk(part)
  // What a tool has answered is said by whoever has run it.
  if (part.type === 'tool-error' || part.type === 'tool-result') return null
  const chunk = toUIMessageChunk(part)
  return chunk && isModelChunk(chunk) ? chunk : null
}

function callChunk(part: Extract<LanguageModelStreamPart, { type: 'tool-call' }>): ModelChunk {
  const { toolCallId } = part
  const input: unknown = part.input
  const call = { toolCallId, toolName: nameOf(part) }
  if (!part.invalid && isObject(input)) return { type: 'tool-input-available', ...call, input }
  const errorText = NoSuchToolError.isInstance(part.error)
    ? 'There is no tool of this name.'
    : 'The arguments are not a JSON object.'
  return { type: 'tool-input-error', ...call, input: isObject(input) ? input : {}, errorText }
}

/** What a model makes up as a name has to be one wherever the history is sent. */
const nameOf = ({ toolName }: { toolName: string }) => toolName.replace(/[^\w-]/g, '_').slice(0, 64) || 'unknown'

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
