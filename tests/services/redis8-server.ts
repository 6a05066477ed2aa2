import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from '@/scripts/launcher/embedded-redis.mjs'
import { findRedis8 } from './find-redis8'
import type { RedisServer } from './redis-server'
import { runningServices } from './services'

/** A server with vector sets of its own, empty, keeping nothing on disk; null where this machine can have none. */
export async function startTestRedis8(): Promise<RedisServer | null> {
  const path = await findRedis8()
  if (path === null) return null
  const dataDir = mkdtempSync(join(runningServices().directory, 'redis-'))
  return startRedis({ binary: { path }, dataDir, persist: false })
}
