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
 * A Redis server of its own, empty, keeping nothing on disk. A server and not a numbered database: tests flush, fill it
 * to its limit, kill it and count its connections, and none of that may touch a neighbour. It takes 50 ms.
 */
export async function startTestRedis(): Promise<RedisServer> {
  const { redisBinary, directory } = runningServices()
  const dataDir = mkdtempSync(join(directory, 'redis-'))
  return startRedis({ binary: redisBinary, dataDir, persist: false })
}
