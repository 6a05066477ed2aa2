import { realpathSync } from 'node:fs'
import { Redis } from 'ioredis'

/**
 * Asks the server on this port which directory it works in: that it answers to our password proves little, that it sits
 * on our data proves that it is ours.
 * @param {number} port
 * @param {string} password
 * @returns {Promise<string | null>} null when nobody answers, it is not ready yet, or the password is not ours
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
