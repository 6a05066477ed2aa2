import type { Database } from '@/db/connect'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import type { RedisHandle } from '@/lib/redis/connect'
import { type Allowance, consumeRateLimit } from './consume-rate-limit'
import { type CloseStream, openStream } from './open-stream'
import type { PolicyName } from './policies'
import { type RateLimitSettings, rateLimitRequests } from './rate-limit-request'

type Counted = { redis: RedisHandle; db: Database; keys: KeyRing; limits: RateLimitSettings }

/** Takes one of each named limit from somebody: a user's id, or a network. Throws `rate_limited`, `database_unavailable`. */
export async function requireRateLimit(
  { keys, limits, ...stores }: Counted,
  names: readonly PolicyName[],
  who: string,
): Promise<Allowance> {
  const allowance = await consumeRateLimit(stores, rateLimitRequests(limits, names, keyedHash(keys, 'rate-limit', who)))
  if (!allowance.allowed) throw rateLimited(allowance)
  return allowance
}

/** The limits that a streamed answer has consumed: an allowance and a lease of an open stream. */
type StreamAllowance = Allowance & { closeStream: CloseStream }

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
    requireRateLimit(counted, names, who),
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

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): what the limits are, `q` in `w` seconds,
 * and how the caller stands, `r` left and `t` seconds until that changes. What is counted by a named account is not
 * told: whoever knocks would learn that its owner has just signed in.
 */
export function rateLimitHeaders({ verdicts }: Allowance): Record<string, string> {
  if (verdicts.length === 0) return {}
  const policies = verdicts.map(({ demand: { limit } }) => `"${limit.name}";q=${limit.max};w=${limit.windowSeconds}`)
  const states = verdicts
    .filter(({ demand }) => demand.limit.by !== 'account')
    .map(({ demand, remaining, resetSeconds }) => `"${demand.limit.name}";r=${remaining};t=${resetSeconds}`)
  return { 'ratelimit-policy': policies.join(', '), ...(states.length > 0 && { ratelimit: states.join(', ') }) }
}

/** The refusal of a request that has no allowance left. */
export function rateLimited(allowance: Allowance): AppError {
  const { retryAfterSeconds } = allowance
  return new AppError('rate_limited', { retryAfterSeconds, headers: rateLimitHeaders(allowance) })
}

/** The same response, with what `rateLimitHeaders` said. */
export function withRateLimit(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}
