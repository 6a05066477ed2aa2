import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from '@/scripts/launcher/embedded-redis.mjs'
import { runningServices } from './services'

export type RedisServer = {
  url: string
  port: number
  pid: number
  stop: (options?: { force?: boolean }) => Promise<void>
}

/**
 * Starts an empty Redis server that persists nothing. A separate server is needed instead of a numbered database,
 * because tests flush it, fill it to its limit, kill it and count its connections. Starting it takes 50 ms.
 */
export async function startTestRedis(): Promise<RedisServer> {
  const { redisBinary, directory } = runningServices()
  const dataDir = mkdtempSync(join(directory, 'redis-'))
  return startRedis({ binary: redisBinary, dataDir, persist: false })
}
