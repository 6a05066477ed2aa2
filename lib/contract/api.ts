import type { CacheLayer, CacheNotice, ChatPart, MessageStatus, TokenUsage, TurnError } from '@/lib/contract/ui-message'
import type { ErrorCode, FieldError } from '@/lib/errors'

/** RFC 9457 body of every failed request. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  requestId: string
  /** Seconds, with 429 and 503. */
  retryAfter?: number
  errors?: readonly FieldError[]
}

export type Page<Item> = { items: Item[]; nextCursor: string | null }

export type ConversationItem = {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  pinned: boolean
  archived: boolean
  temporary: boolean
  shareId: string | null
  activeLeafId: string | null
}

export type Feedback = { helpful: boolean; comment: string | null }

export type MessageItem = {
  id: string
  parentId: string | null
  turnId: string
  role: 'user' | 'assistant'
  parts: ChatPart[]
  status: MessageStatus
  /** The only order within a conversation. */
  seq: number
  createdAt: string
  model: string | null
  usage: TokenUsage | null
  costUsd: number | null
  /** Milliseconds to the first text of the answer; null where there was none. */
  ttftMs: number | null
  cache: CacheNotice | null
  /** Why a failed turn failed. */
  error: TurnError | null
  feedback: Feedback | null
  /** Ids of the messages with the same parent, this one among them, oldest first. */
  siblings: string[]
}

export const themes = ['system', 'light', 'dark'] as const
export const answerCacheModes = ['shared', 'private', 'off'] as const
export const sendKeys = ['enter', 'mod-enter'] as const
export const languages = ['en', 'de', 'ar'] as const
export type Language = (typeof languages)[number]

export type Preferences = {
  theme: (typeof themes)[number]
  /** Of the interface. Null: the browser's. */
  language: Language | null
  /** Null: the server's default model. */
  model: string | null
  answerCache: (typeof answerCacheModes)[number]
  sendKey: (typeof sendKeys)[number]
  shortcuts: boolean
}

export type ModelItem = { id: string; name: string; provider: string; contextWindow: number; available: boolean }
export type ModelList = { items: ModelItem[]; default: string }

/** What the caller's own turns of the last days took and saved. */
export type UsageSummary = {
  days: number
  turns: number
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  costUsd: number
  /** Turns that the answer cache answered, by layer. */
  hits: Record<CacheLayer, number>
  /** Their share of all turns, 0 to 1; null without a turn. */
  hitRatio: number | null
  savedUsd: number
  savedMs: number
  /** What the answer cache counted for this user, by name: look-ups, misses by reason, stores. Empty without Redis. */
  cache: Record<string, number>
}

/** What the page posts to `/api/chat`. */
export type ChatRequest = {
  conversationId: string
  message?: { id: string; role: 'user'; parts: { type: 'text'; text: string }[] }
  trigger?: 'submit-message' | 'regenerate-message' | 'continue-message'
  messageId?: string
  turnId?: string
  parentId?: string | null
  model?: string
  cache?: 'default' | 'bypass' | 'only'
  temporary?: boolean
}
