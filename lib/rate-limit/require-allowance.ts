import type { Database } from '@/db/connect'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { AppError } from '@/lib/errors'
import type { RedisHandle } from '@/lib/redis/connect'
import { type Allowance, consumeAllowance } from './consume-allowance'
import { demandsOf, type RateLimitSettings } from './demand'
import { type CloseStream, openStream } from './open-stream'
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

/** The limits that a streamed answer has consumed: an allowance and a lease of an open stream. */
export type StreamAllowance = Allowance & { closeStream: CloseStream }

/**
 * Consumes one of each named limit and takes a lease of an open stream in one round trip, or neither. The caller must
 * close the stream. Throws `rate_limited` or `database_unavailable`.
 */
export async function requireStream(
  counted: Counted,
  names: readonly PolicyName[],
  who: string,
): Promise<StreamAllowance> {
  const { keys, limits, ...stores } = counted
  const [taken, opened] = await Promise.allSettled([
    requireAllowance(counted, names, who),
    openStream(stores, limits, keyedHash(keys, 'rate-limit', who)),
  ])
  if (taken.status === 'fulfilled' && opened.status === 'fulfilled') {
    const closeStream = opened.value
    const giveBack = async () => {
      closeStream()
      await taken.value.giveBack()
    }
    return { ...taken.value, giveBack, closeStream }
  }
  if (opened.status === 'fulfilled') opened.value()
  if (taken.status === 'rejected') throw taken.reason
  await taken.value.giveBack()
  throw opened.status === 'rejected' ? opened.reason : new AppError('internal')
}
