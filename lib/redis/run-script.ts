import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { startDeadline } from '@/lib/deadline'

/** Returns the name of a script in Redis: the SHA-1 of its text. */
export const scriptName = (lua: string) => createHash('sha1').update(lua).digest('hex')

/**
 * Runs a script by its name, or by its text if the server does not have it cached. All keys must be in one slot.
 * Strings in the reply are Buffers. Rejects with the error of Redis or of the connection.
 */
export async function runScript(
  redis: Redis | Cluster,
  lua: string,
  keys: readonly string[],
  values: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.callBuffer('EVALSHA', scriptName(lua), keys.length, ...keys, ...values)
  } catch (error) {
    // The first word of the message is Redis's error code. No other property contains it.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.callBuffer('EVAL', lua, keys.length, ...keys, ...values)
  }
}

/** The maximum time that one operation of the answer cache may wait for Redis, in milliseconds. */
export const redisBudgetMs = 150

/**
 * Settles as `work` does, or rejects if that takes longer. The connection limits single commands; this limits a
 * sequence of them, such as a script that is sent twice or a redirection in a cluster.
 */
export async function withTimeout<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const cancel = startDeadline(milliseconds, () => reject(new Error(`took longer than ${milliseconds} ms`)))
  try {
    return await Promise.race([work, timeout])
  } finally {
    cancel()
  }
}
