import { type LanguageModelStreamPart, NoSuchToolError, toUIMessageChunk, type UIMessageChunk } from 'ai'
import { isObject } from './is-object'
import { matchAny, matchLiteral } from './reasoning-tags'

/** Chunks that begin or end a message. The caller writes them. */
type Frame = 'start' | 'finish' | 'message-metadata' | 'error' | 'abort' | `data-${string}`

/** A chunk of the UI message stream that a model emits: steps, text, reasoning, tools, files. */
export type ModelChunk = Exclude<UIMessageChunk, { type: Frame }>

/** Parts without content: the start and end of the call, and data that only the provider understands. */
type Silent = 'model-call-start' | 'model-call-response-metadata' | 'model-call-end' | 'error' | 'raw'

/**
 * Converts a part of the SDK's stream to a chunk for the client, or null if the client needs none. A call of an
 * unknown tool, or with arguments that are not a JSON object, gets our error text, because the text of the SDK
 * repeats everything that was sent. Such a call must have the same name and kind as its `tool-input-start`; otherwise
 * the client would show two cards.
 */
export function modelChunk(part: Exclude<LanguageModelStreamPart, { type: Silent }>): ModelChunk | null {
  if (part.type === 'tool-input-start') return { type: part.type, toolCallId: part.id, toolName: validToolName(part) }
  if (part.type === 'tool-call') return callChunk(part)
  // The caller runs the tools and emits their results.
  if (part.type === 'tool-error' || part.type === 'tool-result') return null
  const chunk = toUIMessageChunk(part)
  return chunk && isModelChunk(chunk) ? chunk : null
}

function callChunk(part: Extract<LanguageModelStreamPart, { type: 'tool-call' }>): ModelChunk {
  const { toolCallId } = part
  const input: unknown = part.input
  const call = { toolCallId, toolName: validToolName(part) }
  if (!part.invalid && isObject(input)) return { type: 'tool-input-available', ...call, input }
  const errorText = NoSuchToolError.isInstance(part.error)
    ? 'There is no tool of this name.'
    : 'The arguments are not a JSON object.'
  return { type: 'tool-input-error', ...call, input: isObject(input) ? input : {}, errorText }
}

/** Replaces invalid characters, because a model can invent any name and later requests will contain it. */
const validToolName = ({ toolName }: { toolName: string }) => toolName.replace(/[^\w-]/g, '_').slice(0, 64) || 'unknown'

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

/** Control tokens that some servers leave at the end of a text. */
const endTokens: readonly string[] = [
  '<|im_end|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|user|>',
  '<|observation|>',
  '<end_of_turn>',
  '<|END_OF_TURN_TOKEN|>',
  '<｜end▁of▁sentence｜>',
  '<|end_of_solution|>',
  '<|END_RESPONSE|>',
  '<eos>',
  '</s>',
]

/** White space before a first tag and control tokens at the end are buffered up to this length. */
export const maxHeldLength = 256

/** Finds control tokens at the end of a streaming text. */
export function endTokenMatcher() {
  let tokens = endTokens
  const matchAt = (text: string, at: number) => matchAny(tokens, (token) => matchLiteral(text, at, token))
  return {
    /** Adds the closing tag that matches the tag with which the answer began. */
    expect: (closingTag: string) => {
      tokens = [...tokens, closingTag]
    },
    /**
     * Matches a text from its beginning. `tokens`: the text begins with a token and contains only tokens and white
     * space. `partial`: it may be the beginning of a token. Null otherwise.
     */
    match: (text: string): 'tokens' | 'partial' | null => {
      // An answer in HTML may also end with `</s>`.
      if (text.startsWith('<s>')) tokens = tokens.filter((token) => token !== '</s>')
      const first = matchAt(text, 0)
      if (first === null || text.length > maxHeldLength) return null
      for (let at = 0; at < text.length; ) {
        const token = matchAt(text, at)
        if (token === 'partial') break
        if (token) at += token.length
        else if (/\s/.test(text[at] ?? '')) at += 1
        else return null
      }
      return first === 'partial' ? 'partial' : 'tokens'
    },
  }
}
