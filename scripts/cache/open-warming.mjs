// Import this file only after `loadTypescript()`, because it imports TypeScript sources of the app.

import { warmQuestion } from '@/lib/actions/warm-question'
import { openKeyRing } from '../../lib/crypto/key-ring'
import { connectEmbedder } from '../../lib/embedding/connect'
import { parseEnvironment } from '../../lib/env'
import { createLog } from '../../lib/log'
import { connectModels } from '../../lib/model/connect'
import { connectRedis, waitUntilReady } from '../../lib/redis/connect'
import { settingsOf } from '../../lib/settings'

/**
 * Opens the handles that warming needs, as the app does. Throws if a setting is invalid or Redis cannot be reached.
 * @param {Record<string, string | undefined>} settings
 */
export async function openWarming(settings) {
  const env = parseEnvironment(settings)
  const [url, ...more] = env.REDIS_URL ?? []
  if (!url) throw new Error('REDIS_URL is missing.')
  const model = connectModels(env)
  const embedder = connectEmbedder(env)
  await embedder?.load?.()
  const redis = connectRedis({ urls: [url, ...more], cluster: env.REDIS_CLUSTER }, createLog('silent'))
  if (!(await waitUntilReady(redis, 5_000))) {
    redis.disconnect()
    throw new Error('Cannot reach Redis at REDIS_URL.')
  }
  /** @type {Set<Promise<unknown>>} */
  const pending = new Set()
  const context = {
    redis,
    model,
    embedder,
    keys: openKeyRing(env),
    now: Date.now,
    settings: settingsOf(env),
    waitUntil: (/** @type {Promise<unknown>} */ work) => {
      const settled = work.finally(() => pending.delete(settled))
      pending.add(settled)
    },
  }
  return {
    /** @param {import('../../lib/actions/warm-question').KnownQuestion} known @param {AbortSignal} signal */
    warm: (known, signal) => warmQuestion({ ...context, signal }, known),
    close: async () => {
      await Promise.all(pending)
      redis.disconnect()
    },
  }
}
