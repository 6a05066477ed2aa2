/* Mechanism used: crypto. */
import type { Database } from '@/db/connect'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import type { RedisHandle } from '@/lib/redis/connect'
import { type Allowance, consumeAllowance } from './consume-allowance'
import { demandsOf, type RateLimitSettings } from './demand'
import type { PolicyName } from './policies'
import { rateLimited } from './rate-limit-headers'

type Counted = { redis: RedisHandle; db: Database; keys: KeyRing; limits: RateLimitSettings }

/** Takes one of each named limit from somebody: a user's id, or a network. Throws `rate_limited`, `database_unavailable`. */
export async function requireAllowance(
  { keys, limits, ...stores }: Counted,
  names: readonly PolicyName[],
  who: string,
): Promise<Allowance> {
  const allowance = await consumeAllowance(stores, demandsOf(limits, names, keyedHash(keys, 'rate-limit', who)))
  if (!allowance.allowed) throw rateLimited(allowance)
  return allowance
}
