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
 * The conditions for sharing an answer. If `after` is 1, the first answer is shared at once and the others do not
 * apply.
 */
export type SharingSettings = {
  /** The minimum number of other users who must have asked. */
  after: number
  /** The minimum age of an account that counts, in hours. */
  accountAgeHours: number
  /** The number of users of one network that count; 0 means any number. */
  perNetwork: number
  /** Whether only accounts with a verified e-mail address count. True if the server can send mail. */
  verifiedOnly: boolean
}

/** Facts about the caller's account and connection that decide whether the caller counts for sharing answers. */
export type CallerFacts = {
  accountCreatedAt: Date
  emailVerified: boolean
  /** The network of the client's address, as returned by `networkOf`. */
  network: string
}

/** Everything a request may touch. `http/open-context.ts` is its only assembler. */
export type RequestContext = {
  requestId: string
  userId: UserId
  /** Read together with the session or the key. */
  caller: CallerFacts
  /** What the API key that this request came with was made for; null: somebody is signed in, and may do everything. */
  scopes: readonly KeyScope[] | null
  db: Database
  redis: RedisHandle
  /** Hears channels of Redis for the whole process; null where there is no Redis. */
  subscriber: Subscriber | null
  model: ModelHandle
  /** What finds questions that mean the same; null where the operator gave none. */
  embedder: Embedder | null
  keys: KeyRing
  /** Settings that product words read; frozen at boot. */
  settings: {
    systemPrompt: string
    /** Whose tools the chat offers besides its own. */
    mcpServers: readonly McpServerEntry[]
    answerCacheDefault: Preferences['answerCache']
    /** The conditions for sharing an answer. */
    sharing: SharingSettings
    embedTimeoutMs: number
    /** What the answer cache may take of Redis in all. */
    cacheMaxBytes: number
  }
  /** What the operator changed of the limits; `lib/rate-limit` has them all. */
  limits: Environment['RATE_LIMITS']
  /** The wall clock in milliseconds, for durations and ages shown; never for order, expiry or locks. */
  now: () => number
  /** When the request arrived, on the same clock. */
  arrivedAt: number
  /** Fires when the reader has gone. A turn does not listen to it: a closed connection is not a stop. */
  signal: AbortSignal
  /** Whether the session or the key that this request came with is still there. Asks the database each time. */
  isSignedIn: () => Promise<boolean>
  /** Keeps the function alive until the work has settled, also after the response (Next's `after`). */
  waitUntil: (work: Promise<unknown>) => void
  log: Log
}

/** What a product function says it needs; it can reach nothing else. */
export type Needs<Key extends keyof RequestContext> = Pick<RequestContext, Key>
