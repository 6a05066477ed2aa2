import type { Needs } from '@/lib/context'
import { reportTrouble } from '@/lib/redis/connect'
import { dropEntry } from '@/lib/semantic-cache/drop-entry'
import { userHash } from './answer-scope'

/**
 * Takes the user's own entries of an answer out of the cache, wherever in their conversations it was given. Says whether
 * any was there. False too when Redis is away: the entry then ends with its TTL. Never throws.
 */
export async function forgetEntry(
  { redis, keys, userId }: Needs<'redis' | 'keys' | 'userId'>,
  identity: string,
): Promise<boolean> {
  if (!redis) return false
  try {
    return (await dropEntry(redis, userHash(keys, userId), identity)) > 0
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}
