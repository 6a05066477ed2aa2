import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'

/**
 * Returns a connection to a Redis server that was just started, as soon as it responds. Throws if the server exits
 * first; the connection is then closed.
 */
export async function startedRedis(server: ChildProcess, url: string): Promise<Redis> {
  // By default the client gives up after twenty refused connections.
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`The Redis server ended with ${code} before it answered.`)
  })
  try {
    await Promise.race([redis.ping(), ended])
    return redis
  } catch (error) {
    redis.disconnect()
    throw error
  }
}
