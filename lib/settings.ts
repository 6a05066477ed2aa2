import type { RequestContext } from '@/lib/context'
import type { Environment } from '@/lib/env'

/** What product words read of the environment. */
export const settingsOf = (env: Environment): RequestContext['settings'] => ({
  systemPrompt: env.systemPrompt,
  mcpServers: env.mcpServers,
  answerCacheDefault: env.ANSWER_CACHE_DEFAULT,
  shareAfter: env.ANSWER_CACHE_SHARE_AFTER,
  embedTimeoutMs: env.ANSWER_CACHE_EMBED_TIMEOUT_MS,
  cacheMaxBytes: env.ANSWER_CACHE_MAX_BYTES,
})
