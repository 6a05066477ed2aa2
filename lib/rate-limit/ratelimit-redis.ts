import { createHash } from 'node:crypto'
import type { Redis as UpstashRedis } from '@upstash/redis'
import type { Cluster, Redis } from 'ioredis'

/** All that @upstash/ratelimit asks of its client with analytics and protection off. */
type ScriptRunner = {
  evalsha(sha: string, keys: string[], args: unknown[]): Promise<unknown>
  eval(script: string, keys: string[], args: unknown[]): Promise<unknown>
}

/**
 * Lets @upstash/ratelimit run on ioredis. Its scripts open with a shebang (`#!lua flags=allow-key-locking`) that only
 * Upstash's server knows, so that line is taken off, and the hash is taken of what is left. The library offers the hash
 * of its own text first; that one no server has, so it is answered without asking.
 */
export function ratelimitRedis(redis: Redis | Cluster): UpstashRedis {
  const runner: ScriptRunner = {
    evalsha: () => Promise.reject(new Error('NOSCRIPT')),
    eval: async (script, keys, args) => {
      const plain = script.replace(/^#!lua[^\n]*\n/, '')
      const values = args.map(String)
      try {
        return await redis.evalsha(createHash('sha1').update(plain).digest('hex'), keys.length, ...keys, ...values)
      } catch (error) {
        // The reply's first word is Redis's error code; it is the only place it has one.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
        return redis.eval(plain, keys.length, ...keys, ...values)
      }
    },
  }
  return runner as unknown as UpstashRedis
}
