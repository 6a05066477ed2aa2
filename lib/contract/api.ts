/* What goes over the wire, both ways. One long file, so that the whole contract is read in one place. */
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

/** How many characters (code points) the name of an account or of an API key may have. */
export const maxNameLength = 80

/** What an API key may be made for; a route names the one it needs. */
export const keyScopes = Object.freeze(['chat', 'todos:read', 'todos:write', 'mcp'] as const)
export type KeyScope = (typeof keyScopes)[number]

/** An item of `GET /api/keys`. */
export type ApiKeyItem = {
  id: string
  name: string
  /** Its first letters, to be told apart by. */
  start: string
  scopes: KeyScope[]
  createdAt: string
  /** The day, in UTC; null: never. */
  lastUsedOn: string | null
  /** Null: until it is revoked. */
  expiresAt: string | null
}

/** Body of `POST /api/keys`. */
export type ApiKeyRequest = { name: string; scopes: KeyScope[]; expiresInDays: number | null }

/** What it answers: the one time that the key itself is told. */
export type MadeApiKey = ApiKeyItem & { key: string }

export type Page<Item> = { items: Item[]; nextCursor: string | null }

export type ConversationItem = {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  pinned: boolean
  archived: boolean
  /** Kept for a day and then erased; in no list, search, share or export of everything. */
  temporary: boolean
  /** Of the link `/s/{shareId}`; null: not shared. */
  shareId: string | null
  activeLeafId: string | null
  /** An answer is being written right now. */
  running: boolean
  /**
   * Whose words the title is: the beginning of the first question, the model's, or the user's own. After the end of a
   * conversation's first turn `question` may become `model` within some seconds.
   */
  titledBy: 'question' | 'model' | 'user'
}

/** What `PATCH /api/conversations/{id}` takes; what is left out stays. */
export type ConversationPatch = {
  /** 1 to 200 characters in one line. */
  title?: string
  pinned?: boolean
  archived?: boolean
  /** Any message of the conversation: the branch through it to its newest end is shown from now on. */
  activeLeafId?: string
}

/** Plain text around what was searched for, and where that stands in it: `[start, end)` in UTF-16 units, in order. */
export type Snippet = { text: string; matches: [number, number][] }

/** An item of `GET /api/conversations?q=`. */
export type FoundConversation = ConversationItem & {
  /** The newest message that has it all; null where only the title has, and then the snippet is of the title. */
  messageId: string | null
  snippet: Snippet
}

/** What `DELETE /api/conversations` took; with `deletedAt` as body `POST /api/conversations/restore` brings it back. */
export type DeletedConversations = { count: number; deletedAt: string | null }

/** Body of `POST /api/conversations/restore`. Neither: what was deleted last. Answered with `{ count }`. */
export type RestoreRequest = { deletedAt?: string; ids?: string[] }

export type ImportFailure = { index: number; title?: string; reason: string }

/** What came of `POST /api/conversations/import`; the first hundred failures are told one by one. */
export type ImportReport = {
  imported: number
  /** They were there already. */
  skipped: number
  failed: ImportFailure[]
  failedCount: number
  /** The first hundred imported conversations in which a message was too long and was cut. Missing if there are none. */
  shortened?: ImportFailure[]
  shortenedCount?: number
}

/**
 * The response of `POST /api/conversations/{id}/share`. `isShortened`: the conversation is longer than a share may be, so
 * its older part is left out.
 */
export type ShareLink = { shareId: string; path: string; createdAt: string; isShortened: boolean }

/** The content of a share, readable by every person with the link. */
export type SharedConversation = {
  title: string
  /** When the snapshot was taken. */
  createdAt: string
  messages: { role: 'user' | 'assistant'; text: string }[]
  /** The conversation was longer than a share may be, so its older part is left out. */
  isShortened: boolean
}

/** A conversation in an export: all branches, each message before those that follow it. */
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

/** The export, of one conversation or of everything; `account`, `preferences` and `todos` come with everything only. */
export type GoldfishExport = {
  goldfish: 1
  exportedAt: string
  account?: { name: string; email: string }
  preferences?: Preferences
  conversations: ExportedConversation[]
  /** Newest first. An import passes over them. */
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

export type TodoItem = {
  id: string
  /** 1 to 200 characters in one line. */
  title: string
  /** Up to 2,000 characters; '' where there is none. */
  description: string
  done: boolean
  createdAt: string
  updatedAt: string
}

export const todoFilters = ['all', 'open', 'done'] as const
export type TodoFilter = (typeof todoFilters)[number]

/** How many there are, whatever the filter. */
export type TodoCounts = { open: number; done: number }

/** What `GET /api/todos` answers. */
export type TodoPage = Page<TodoItem> & { counts: TodoCounts }

/**
 * What `POST /api/todos` takes. With an id it can be sent again, and a deleted todo can be put back as it was; where the id
 * has a time in it (UUID v7) also at its place in the list.
 */
export type NewTodo = { id?: string; title: string; description?: string; done?: boolean }

/** What `PATCH /api/todos/{id}` takes; what is left out stays. */
export type TodoPatch = { title?: string; description?: string; done?: boolean }

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
  /** Calls of the model behind the scenes, for titles; they are no turns and in none of the figures above. */
  background: { calls: number; inputTokens: number; outputTokens: number; costUsd: number }
  /** What the answer cache counted for this user, by name: look-ups, misses by reason, stores. Empty without Redis. */
  cache: Record<string, number>
}

type TextPart = { type: 'text'; text: string }
/** A file within the message: an image or a text, as `data:<mediaType>;base64,…`. */
export type AttachedPart = { type: 'file'; mediaType: string; filename?: string; url: string }

/** What the page posts to `/api/chat`. */
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
