import type { CacheQuestion } from '@/lib/answer-cache/cache-question'
import type { Needs } from '@/lib/context'
import type { KeyRing } from '@/lib/crypto/key-ring'
import type { Embedder } from '@/lib/embedding/embedder'
import type { UserId } from '@/lib/ids'
import type { RedisHandle } from '@/lib/redis/connect'

type CacheUser<Handle> = Needs<'keys' | 'userId' | 'caller' | 'embedder' | 'settings' | 'waitUntil' | 'now'> & {
  redis: Handle
  /** Resolves when all background work of this user has finished. */
  settled: () => Promise<unknown>
}

/** Creates the context of a user with an old account, a verified e-mail address and its own network. */
export function cacheUser<Handle extends RedisHandle>(
  { redis, keys, embedder = null }: { redis: Handle; keys: KeyRing; embedder?: Embedder | null },
  name: string,
  shareAfter = 5,
  cacheMaxBytes = 100_000_000,
): CacheUser<Handle> {
  const pending: Promise<unknown>[] = []
  return {
    redis,
    keys,
    embedder,
    userId: name as UserId,
    caller: { accountCreatedAt: new Date(0), emailVerified: true, network: `network of ${name}` },
    settings: {
      systemPrompt: '',
      mcpServers: [],
      answerCacheDefault: 'private',
      sharing: { after: shareAfter, accountAgeHours: 24, perNetwork: 1, verifiedOnly: true },
      embedTimeoutMs: 1_000,
      cacheMaxBytes,
    },
    now: Date.now,
    waitUntil: (work) => void pending.push(work),
    settled: () => Promise.all(pending.splice(0)),
  }
}

/** Creates a question at the start of a conversation, in private mode, to the model "stub". */
export function cacheQuestion(text: string, more: Partial<CacheQuestion> = {}): CacheQuestion {
  return {
    parts: [{ type: 'text', text }],
    answerCache: 'private',
    cacheEpoch: 0,
    path: '',
    origin: {
      modelId: 'stub',
      generationSettings: {},
      promptVersion: 'p',
      toolSetVersion: '',
      answerLanguage: '',
      knowledgeEpoch: 0,
      embedderId: 'none',
    },
    ...more,
  }
}
