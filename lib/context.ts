import type { Database } from '@/db/connect'
import type { KeyScope, Preferences } from '@/lib/contract/api'
import type { KeyRing } from '@/lib/crypto/key-ring'
import type { Embedder } from '@/lib/embedding/embedder'
import type { Environment } from '@/lib/env'
import type { UserId } from '@/lib/ids'
import type { Log } from '@/lib/log'
import type { McpServerEntry } from '@/lib/mcp-servers'
import type { ModelHandle } from '@/lib/model/connect'
import type { RedisHandle } from '@/lib/redis/connect'
import type { Subscriber } from '@/lib/redis/connect-subscriber'

/**
 * The conditions for sharing an answer. If `after` is 1, the first answer is shared at
 * once and the others do not apply.
 */
export type SharingSettings = {
  /** The minimum number of other users who must have asked. */
  after: number
  /** The minimum age of an account that counts, in hours. */
  accountAgeHours: number
  /** The number of users of one network that count; 0 means any number. */
  perNetwork: number
  /** Whether only accounts with a verified email address count. True if the server can send mail. */
  verifiedOnly: boolean
}

/** Facts about the caller's account and connection that decide whether the caller counts for sharing answers. */
type CallerFacts = {
  accountCreatedAt: Date
  emailVerified: boolean
  /** The network of the client's address, as returned by `networkOf`. */
  network: string
}

/** Everything that the code of a request may access. Only `lib/http/open-context.ts` creates one. */
export type RequestContext = {
  requestId: string
  userId: UserId
  /** Read together with the session or API key, without a further query. */
  caller: CallerFacts
  /** The scopes of the API key that was sent. Null if the user is signed in; a session may use every scope. */
  scopes: readonly KeyScope[] | null
  db: Database
  redis: RedisHandle
  /** Listens to Redis channels for the whole process. Null without Redis. */
  subscriber: Subscriber | null
  model: ModelHandle
  /** Embeds questions to find others with the same meaning. Null if no embedding model is configured. */
  embedder: Embedder | null
  keys: KeyRing
  /** Settings of the features, frozen at boot. */
  settings: {
    systemPrompt: string
    /** MCP servers whose tools the chat offers in addition to its own. */
    mcpServers: readonly McpServerEntry[]
    answerCacheDefault: Preferences['answerCache']
    sharing: SharingSettings
    embedTimeoutMs: number
    /** The maximum number of bytes that the answer cache may use in Redis. */
    cacheMaxBytes: number
  }
  /** The operator's changes to the limits in `lib/rate-limit/policies.ts`. */
  limits: Environment['RATE_LIMITS']
  /**
   * Returns the wall clock in milliseconds. Use it for durations and displayed ages. It must not decide order, expiry
   * or locks, because the clocks of instances differ.
   */
  now: () => number
  /** When the request arrived, by `now`. */
  arrivedAt: number
  /** Aborts when the client disconnects. A turn ignores it, because a closed connection must not stop the answer. */
  signal: AbortSignal
  /** Returns whether the session or API key of this request is still valid. Each call queries the database. */
  isSignedIn: () => Promise<boolean>
  /** Keeps the process alive until `work` has settled, even after the response was sent (`after` of Next). */
  waitUntil: (work: Promise<unknown>) => void
  log: Log
}

/** The part of the context that a function declares in its signature, so that it cannot access the rest. */
export type Needs<Key extends keyof RequestContext> = Pick<RequestContext, Key>
