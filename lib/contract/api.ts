/**
 * The types of all requests and responses. They are in one long file, so that the whole contract
 * can be read in one place.
 */
import type { CacheLayer, CacheNotice, ChatPart, MessageStatus, TokenUsage, TurnError } from '@/lib/contract/ui-message'
import type { ErrorCode, FieldError } from '@/lib/errors'

/** The RFC 9457 body of every failed request. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  /** Clients should handle errors by this code, because the texts may change. */
  code: ErrorCode
  requestId: string
  /** Seconds after which the client should retry. Set with 429 and 503. */
  retryAfter?: number
  errors?: readonly FieldError[]
}

/** The maximum number of characters (code points) in the name of an account or API key. */
export const maxNameLength = 80

/** The scopes of API keys. Each route names the one that it needs. */
export const keyScopes = Object.freeze(['chat', 'todos:read', 'todos:write', 'mcp'] as const)
export type KeyScope = (typeof keyScopes)[number]

/** An item of `GET /api/keys`. */
export type ApiKeyItem = {
  id: string
  name: string
  /** The first characters of the key, so that users can distinguish their keys. */
  start: string
  scopes: KeyScope[]
  createdAt: string
  /** The last day of use in UTC. Null if the key was never used. */
  lastUsedOn: string | null
  /** Null if the key is valid until it is revoked. */
  expiresAt: string | null
}

/** The body of `POST /api/keys`. */
export type ApiKeyRequest = { name: string; scopes: KeyScope[]; expiresInDays: number | null }

/** The response of `POST /api/keys`. The key cannot be read again later. */
export type MadeApiKey = ApiKeyItem & { key: string }

export type Page<Item> = { items: Item[]; nextCursor: string | null }

export type ConversationItem = {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  pinned: boolean
  archived: boolean
  /** Whether the conversation will be deleted after a day. It appears in no list, search, share or full export. */
  temporary: boolean
  /** The id in the link `/s/{shareId}`. Null if the conversation is not shared. */
  shareId: string | null
  activeLeafId: string | null
  /** Whether an answer is being written now. */
  running: boolean
  /**
   * The origin of the title: the beginning of the first question, the model, or the user. Within some seconds after
   * the first turn, `question` may become `model`.
   */
  titledBy: 'question' | 'model' | 'user'
}

/** The body of `PATCH /api/conversations/{id}`. Missing fields stay unchanged. */
export type ConversationPatch = {
  /** 1 to 200 characters in one line. */
  title?: string
  pinned?: boolean
  archived?: boolean
  /** Any message of the conversation. From then on the branch through it to its newest leaf is shown. */
  activeLeafId?: string
}

/** Plain text around the matches of a search. `matches` are ordered ranges `[start, end)` in UTF-16 units. */
export type Snippet = { text: string; matches: [number, number][] }

/** An item of `GET /api/conversations?q=`. */
export type FoundConversation = ConversationItem & {
  /**
   * The newest message that contains all search terms. Null if only the title does, and then the
   * snippet is of the title.
   */
  messageId: string | null
  snippet: Snippet
}

/**
 * The response of `DELETE /api/conversations`. `POST /api/conversations/restore` with this
 * `deletedAt` restores the conversations.
 */
export type DeletedConversations = { count: number; deletedAt: string | null }

/**
 * The body of `POST /api/conversations/restore`. Without both fields, the last deletion is undone.
 * The response is `{ count }`.
 */
export type RestoreRequest = { deletedAt?: string; ids?: string[] }

export type ImportFailure = { index: number; title?: string; reason: string }

/** The response of `POST /api/conversations/import`. `failed` lists the first hundred failures. */
export type ImportReport = {
  imported: number
  /** The number of conversations that already existed. */
  skipped: number
  failed: ImportFailure[]
  failedCount: number
  /**
   * The first hundred imported conversations with a message that was too long and was cut. Missing if there are none.
   */
  shortened?: ImportFailure[]
  shortenedCount?: number
}

/**
 * The response of `POST /api/conversations/{id}/share`. `isShortened`: the conversation is longer than a share may
 * be, so its older part is left out.
 */
export type ShareLink = { shareId: string; path: string; createdAt: string; isShortened: boolean }

/** The content of a share, readable by every person with the link. */
export type SharedConversation = {
  title: string
  /** When the snapshot was taken. */
  createdAt: string
  messages: { role: 'user' | 'assistant'; text: string }[]
  /** Whether the older part is left out because the conversation is longer than a share may be. */
  isShortened: boolean
}

/** A conversation in an export, with all branches. Each message comes before its replies. */
export type ExportedConversation = {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  pinned: boolean
  archived: boolean
  activeLeafId: string | null
  messages: {
    id: string
    parentId: string | null
    turnId: string
    role: 'user' | 'assistant'
    status: MessageStatus
    parts: ChatPart[]
    createdAt: string
    model: string | null
    usage: TokenUsage | null
    costUsd: number | null
  }[]
}

/** An export of one conversation or of everything. Only a full export has `account`, `preferences` and `todos`. */
export type GoldfishExport = {
  goldfish: 1
  exportedAt: string
  account?: { name: string; email: string }
  preferences?: Preferences
  conversations: ExportedConversation[]
  /** Newest first. An import ignores them. */
  todos?: TodoItem[]
}

export type Feedback = { helpful: boolean; comment: string | null }

export type MessageItem = {
  id: string
  parentId: string | null
  turnId: string
  role: 'user' | 'assistant'
  parts: ChatPart[]
  status: MessageStatus
  /** The position in the conversation. Messages must be ordered by this field only. */
  seq: number
  createdAt: string
  model: string | null
  usage: TokenUsage | null
  costUsd: number | null
  /** Milliseconds to the first text of the answer. Null if there was none. */
  ttftMs: number | null
  cache: CacheNotice | null
  /** The error of a failed turn. */
  error: TurnError | null
  feedback: Feedback | null
  /** Ids of all messages with the same parent, including this one, oldest first. */
  siblings: string[]
}

export type TodoItem = {
  id: string
  /** 1 to 200 characters in one line. */
  title: string
  /** Up to 2,000 characters; empty if there is no description. */
  description: string
  done: boolean
  createdAt: string
  updatedAt: string
}

export const todoFilters = ['all', 'open', 'done'] as const
export type TodoFilter = (typeof todoFilters)[number]

/** The numbers of all todos, regardless of the filter. */
export type TodoCounts = { open: number; done: number }

/** The response of `GET /api/todos`. */
export type TodoPage = Page<TodoItem> & { counts: TodoCounts }

/**
 * The body of `POST /api/todos`. With an id, the request can be repeated safely, and a deleted todo can be restored.
 * If the id is a UUID v7, the todo is also restored at its old position in the list.
 */
export type NewTodo = { id?: string; title: string; description?: string; done?: boolean }

/** The body of `PATCH /api/todos/{id}`. Missing fields stay unchanged. */
export type TodoPatch = { title?: string; description?: string; done?: boolean }

export const themes = ['system', 'light', 'dark'] as const
export const answerCacheModes = ['shared', 'private', 'off'] as const
export const sendKeys = ['enter', 'mod-enter'] as const
export const languages = ['en', 'de', 'ar'] as const
export type Language = (typeof languages)[number]

export type Preferences = {
  theme: (typeof themes)[number]
  /** The language of the interface. Null to use that of the browser. */
  language: Language | null
  /** Null for the default model of the server. */
  model: string | null
  answerCache: (typeof answerCacheModes)[number]
  sendKey: (typeof sendKeys)[number]
  shortcuts: boolean
}

export type ModelItem = {
  id: string
  name: string
  provider: string
  contextWindow: number
  /** Whether the model can view images. Null if unknown. */
  vision: boolean | null
  available: boolean
}
export type ModelList = { items: ModelItem[]; default: string }

/** The usage of the caller's own turns in the last days, and the savings by the answer cache. */
export type UsageSummary = {
  days: number
  turns: number
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  costUsd: number
  /** The number of turns that the answer cache answered, by layer. */
  hits: Record<CacheLayer, number>
  /** The share of hits in all turns, from 0 to 1. Null without turns. */
  hitRatio: number | null
  savedUsd: number
  savedMs: number
  /** Model calls for titles. They are not turns and not part of the other figures. */
  background: { calls: number; inputTokens: number; outputTokens: number; costUsd: number }
  /**
   * Counters of the answer cache for this user, by name: lookups, misses by reason, and stores. Empty without Redis.
   */
  cache: Record<string, number>
}

type TextPart = { type: 'text'; text: string }
/** An image or a text in a message, as `data:<mediaType>;base64,…`. */
export type AttachedPart = { type: 'file'; mediaType: string; filename?: string; url: string }

/** The body of `POST /api/chat`. */
export type ChatRequest = {
  conversationId: string
  message?: { id: string; role: 'user'; parts: (TextPart | AttachedPart)[] }
  trigger?: 'submit-message' | 'regenerate-message' | 'continue-message'
  messageId?: string
  turnId?: string
  parentId?: string | null
  model?: string
  cache?: 'default' | 'bypass' | 'only'
  temporary?: boolean
}
