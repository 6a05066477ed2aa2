import type { CacheQuestion } from '@/lib/answer-cache/cache-question'
import type { Needs } from '@/lib/context'
import type { KeyRing } from '@/lib/crypto/key-ring'
import type { Embedder } from '@/lib/embedding/embedder'
import type { UserId } from '@/lib/ids'
import type { RedisHandle } from '@/lib/redis/connect'

type CacheUser<Handle> = Needs<'keys' | 'userId' | 'caller' | 'embedder' | 'settings' | 'waitUntil' | 'now'> & {
  redis: Handle
  /** What was left to be done behind an answer is done. */
  settled: () => Promise<unknown>
}

/** A user as the answer cache needs one: an old account with a verified address, in its own network. */
export function cacheUser<Handle extends RedisHandle>(
  { redis, keys, embedder = null }: { redis: Handle; keys: KeyRing; embedder?: Embedder | null },
  name: string,
  shareAfter = 5,
  cacheMaxBytes = 100_000_000,
): CacheUser<Handle> {
  const held: Promise<unknown>[] = []
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
    waitUntil: (work) => void held.push(work),
    settled: () => Promise.all(held.splice(0)),
  }
}

/** A question at a conversation's start, whose answer its asker keeps, to a model called "stub". */
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
