import type { RequestContext } from '@/lib/context'
import type { Environment } from '@/lib/env'

/** Returns the settings of the features from the environment. */
export const settingsOf = (env: Environment): RequestContext['settings'] => ({
  systemPrompt: env.systemPrompt,
  mcpServers: env.mcpServers,
  answerCacheDefault: env.ANSWER_CACHE_DEFAULT,
  sharing: {
    after: env.ANSWER_CACHE_SHARE_AFTER,
    accountAgeHours: env.ANSWER_CACHE_SHARE_ACCOUNT_AGE_HOURS,
    perNetwork: env.ANSWER_CACHE_SHARE_PER_NETWORK,
    verifiedOnly: env.SMTP_URL !== undefined,
  },
  embedTimeoutMs: env.ANSWER_CACHE_EMBED_TIMEOUT_MS,
  cacheMaxBytes: env.ANSWER_CACHE_MAX_BYTES,
})
