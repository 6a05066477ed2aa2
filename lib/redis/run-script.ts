import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { startDeadline } from '@/lib/deadline'

/** The name that Redis gives to a script: the SHA-1 of its text. */
export const scriptName = (lua: string) => createHash('sha1').update(lua).digest('hex')

/**
 * Runs a script by its name, and by its text where this server does not have it yet. All keys must lie in one slot.
 * Strings come back as Buffers. Rejects with what Redis or the connection says.
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
    // A reply's first word is Redis's error code; it stands nowhere else.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.callBuffer('EVAL', lua, keys.length, ...keys, ...values)
  }
}

/** The maximum time that one operation of the answer cache may wait for Redis, in milliseconds. */
export const redisBudgetMs = 150

/**
 * The work's own end, or a rejection when that takes longer. The connection bounds single commands; this bounds a chain
 * of them (a script sent twice, a redirection in a cluster).
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
