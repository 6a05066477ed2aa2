import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from '@/scripts/launcher/embedded-redis.mjs'
import { findRedis8 } from './find-redis8'
import type { RedisServer } from './redis-server'
import { runningServices } from './services'

/**
 * Starts an empty Redis server with vector sets that persists nothing. Returns null if this machine has no Redis 8.
 */
export async function startTestRedis8(): Promise<RedisServer | null> {
  const path = await findRedis8()
  if (path === null) return null
  const dataDir = mkdtempSync(join(runningServices().directory, 'redis-'))
  return startRedis({ binary: { path }, dataDir, persist: false })
}
