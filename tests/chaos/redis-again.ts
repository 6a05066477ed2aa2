import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from '@/scripts/launcher/embedded-redis.mjs'
import type { RedisServer } from '@/tests/services/redis-server'
import { runningServices } from '@/tests/services/services'

/** Starts a new, empty server at the address of one that was killed. */
export async function startRedisAgain({ port, url }: RedisServer): Promise<RedisServer> {
  const { redisBinary, directory } = runningServices()
  const dataDir = mkdtempSync(join(directory, 'redis-'))
  const password = decodeURIComponent(new URL(url).password)
  const restarted = await startRedis({ binary: redisBinary, dataDir, persist: false, preferredPort: port, password })
  if (restarted.port !== port) throw new Error(`port ${port} is used by another process`)
  return restarted
}
