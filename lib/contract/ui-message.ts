import type { InferUIMessageChunk, UIMessage } from 'ai'
import type { ErrorCode } from '@/lib/errors'

/** The state of a message. All states except `streaming` are final. */
export type MessageStatus = 'complete' | 'streaming' | 'stopped' | 'interrupted' | 'failed' | 'truncated'

/** How a cached answer was found: by the same text, by the same words, or by a similar question. */
export type CacheLayer = 'exact' | 'words' | 'semantic'

/** How the answer cache handled a turn, for the badge and the details panel. */
export type CacheNotice = {
  status: 'hit' | 'miss' | 'bypass'
  /** Whether, on a miss, the turn followed the answer to the same question that another request had just started. */
  collapsed?: boolean
  /** The layer that had the answer. Null unless it is a hit. */
  layer: CacheLayer | null
  /** Cosine similarity of a semantic hit, from 0 to 1. Null otherwise. */
  similarity: number | null
  /** Age of the answer in seconds at the time of the hit. Null unless it is a hit. */
  ageSeconds: number | null
  /** Savings compared with the call that generated the answer. Null unless it is a hit. */
  savedMs: number | null
  savedUsd: number | null
}

/** Tokens of one turn. `inputTokens` includes `cachedInputTokens`. */
export type TokenUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number }

/**
 * Metadata that is known only at the end of a turn. It is sent with the `finish` chunk, or in a chunk
 * of its own before any other end.
 */
export type TurnMetadata = {
  /** How the turn ended, as stored in the row of the message. The chunks of the AI SDK distinguish fewer states. */
  status: MessageStatus
  turnId: string
  model: string
  usage: TokenUsage | null
  costUsd: number | null
  /** Milliseconds from the arrival of the request to the first text of the answer. Null if there was no text. */
  ttftMs: number | null
  /** Whether the answer was stored in the answer cache. */
  cacheStored: boolean
}

export type TurnError = { code: ErrorCode; message: string; retryable: boolean }

/** A notice about an answer. `images_left_out`: the model cannot view images and answered without them. */
export type AnswerNotice = { code: 'images_left_out'; model: string }

/**
 * `data-notice` is stored with the answer and shown next to it. `data-cache`, `data-error` and `data-restart`
 * exist only in the stream. On `data-restart` the client must discard the answer so far, because it will be
 * streamed again from the beginning.
 */
export type ChatDataParts = { cache: CacheNotice; error: TurnError; restart: null; notice: AnswerNotice }

/** The shape of a message that is stored in `message.parts`, streamed, and rendered. */
export type ChatMessage = UIMessage<Partial<TurnMetadata>, ChatDataParts>
export type ChatPart = ChatMessage['parts'][number]

/** A tool call in an answer. Its type is `tool-` and the name of the tool. */
export type ToolPart = Extract<ChatPart, { type: `tool-${string}` }>

export const isToolPart = (part: ChatPart): part is ToolPart => part.type.startsWith('tool-')

export const toolNameOf = (part: ToolPart): string => part.type.slice('tool-'.length)

/** One chunk of the stream: a UI message chunk of the AI SDK with our metadata and data parts. */
export type ChatChunk = InferUIMessageChunk<ChatMessage>
