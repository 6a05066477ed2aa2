import { realpathSync } from 'node:fs'
import { Redis } from 'ioredis'

/**
 * Returns the working directory of the Redis server on this port. A server that accepts our password may still be
 * another one, so only its directory proves that it is ours.
 * @param {number} port
 * @param {string} password
 * @returns {Promise<string | null>} Null if there is no server, it is not ready yet, or it rejects the password
 */
export async function directoryOfRedis(port, password) {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => {})
  try {
    await redis.connect()
    const [, directory] = /** @type {string[]} */ (await redis.config('GET', 'dir'))
    return directory ? realpathSync(directory) : null
  } catch {
    return null
  } finally {
    redis.disconnect()
  }
}
