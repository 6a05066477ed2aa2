import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'

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
