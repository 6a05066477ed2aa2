import type { InferUIMessageChunk, UIMessage } from 'ai'
import type { ErrorCode } from '@/lib/errors'

/** How a message stands: `streaming` while its answer runs, everything else is an end. */
export type MessageStatus = 'complete' | 'streaming' | 'stopped' | 'interrupted' | 'failed' | 'truncated'

/** How an answer was found: the same text, the same words, or a question near enough. */
export type CacheLayer = 'exact' | 'words' | 'semantic'

/** How the answer cache dealt with a turn: what the badge and the details panel show. */
export type CacheNotice = {
  status: 'hit' | 'miss' | 'bypass'
  /** On a miss: the answer to the same question, asked a moment before elsewhere, was followed. */
  collapsed?: boolean
  /** Which layer answered; null unless a hit. */
  layer: CacheLayer | null
  /** Cosine similarity of a semantic hit, 0 to 1; null elsewhere. */
  similarity: number | null
  /** Age of the answer in seconds at the moment of the hit; null unless a hit. */
  ageSeconds: number | null
  /** What the hit saved against the call that made the answer; null unless a hit. */
  savedMs: number | null
  savedUsd: number | null
}

/** Tokens of one turn. `inputTokens` includes the cached ones. */
export type TokenUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number }

/** Known only at the end of a turn; on the wire it rides on the `finish` chunk, or on one of its own before another end. */
export type TurnMetadata = {
  /** How the turn ended, as the message's row has it: the SDK's chunks know fewer ends. */
  status: MessageStatus
  turnId: string
  model: string
  usage: TokenUsage | null
  costUsd: number | null
  /** Milliseconds from the request's arrival to the first text of the answer; null if there was none. */
  ttftMs: number | null
  /** Whether the answer now lies in the answer cache. */
  cacheStored: boolean
}

export type TurnError = { code: ErrorCode; message: string; retryable: boolean }

/** A notice about an answer. `images_left_out`: the model cannot view images and answered without them. */
export type AnswerNotice = { code: 'images_left_out'; model: string }

/**
 * `data-notice` is stored with the answer and shown next to it. `data-cache`, `data-error` and `data-restart` exist only in
 * the stream. `data-restart` voids the answer so far: it follows again from its beginning.
 */
export type ChatDataParts = { cache: CacheNotice; error: TurnError; restart: null; notice: AnswerNotice }

/** The one shape of a message: stored in `message.parts`, streamed, and rendered. */
export type ChatMessage = UIMessage<Partial<TurnMetadata>, ChatDataParts>
export type ChatPart = ChatMessage['parts'][number]

/** A call of a tool in an answer: its type is `tool-` and the tool's name, its state tells how far it has come. */
export type ToolPart = Extract<ChatPart, { type: `tool-${string}` }>

export const isToolPart = (part: ChatPart): part is ToolPart => part.type.startsWith('tool-')

export const toolNameOf = (part: ToolPart): string => part.type.slice('tool-'.length)

/** One event of the stream: the AI SDK's UI message stream with our metadata and data parts. */
export type ChatChunk = InferUIMessageChunk<ChatMessage>
