import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'

/**
 * A connection to a Redis server that was just started, once that answers, however long it takes. Throws when the server
 * ends instead; the connection is closed then.
 */
export async function startedRedis(server: ChildProcess, url: string): Promise<Redis> {
  // The default is to give up after twenty refusals.
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
