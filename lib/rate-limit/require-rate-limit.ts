import type { Database } from '@/db/connect'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import type { RedisHandle } from '@/lib/redis/connect'
import { consumeRateLimit, type RateLimitOutcome } from './consume-rate-limit'
import { type CloseStream, openStream } from './open-stream'
import type { PolicyName } from './policies'
import { type RateLimitSettings, rateLimitRequests } from './rate-limit-request'

type Counted = { redis: RedisHandle; db: Database; keys: KeyRing; limits: RateLimitSettings }

/**
 * Consumes one request of each named policy for a caller. Throws `rate_limited` or `database_unavailable`.
 * @param caller the id of a user or a network; it is stored only as a keyed hash
 */
export async function requireRateLimit(
  { keys, limits, ...stores }: Counted,
  names: readonly PolicyName[],
  caller: string,
): Promise<RateLimitOutcome> {
  const outcome = await consumeRateLimit(
    stores,
    rateLimitRequests(limits, names, keyedHash(keys, 'rate-limit', caller)),
  )
  if (!outcome.allowed) throw rateLimited(outcome)
  return outcome
}

/** The limits that a streamed answer has consumed, including a lease for its open stream. */
type StreamOutcome = RateLimitOutcome & { closeStream: CloseStream }

/**
 * Consumes one request of each named policy and acquires a lease for an open stream in one round trip, or neither.
 * The caller must close the stream. Throws `rate_limited` or `database_unavailable`.
 */
export async function requireStream(
  counted: Counted,
  names: readonly PolicyName[],
  caller: string,
): Promise<StreamOutcome> {
  const { keys, limits, ...stores } = counted
  const [consumed, opened] = await Promise.allSettled([
    requireRateLimit(counted, names, caller),
    openStream(stores, limits, keyedHash(keys, 'rate-limit', caller)),
  ])
  if (consumed.status === 'fulfilled' && opened.status === 'fulfilled') {
    const closeStream = opened.value
    const refund = async () => {
      closeStream()
      await consumed.value.refund()
    }
    return { ...consumed.value, refund, closeStream }
  }
  if (opened.status === 'fulfilled') opened.value()
  if (consumed.status === 'rejected') throw consumed.reason
  await consumed.value.refund()
  throw opened.status === 'rejected' ? opened.reason : new AppError('internal')
}

/**
 * Returns the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): the policies with
 * `q` requests in `w` seconds, and their state with `r` remaining requests and `t` seconds until it changes. The
 * state of policies by account is left out, because a stranger could otherwise see that the owner has just signed in.
 */
export function rateLimitHeaders({ results }: RateLimitOutcome): Record<string, string> {
  if (results.length === 0) return {}
  const policies = results.map(
    ({ request: { policy } }) => `"${policy.name}";q=${policy.max};w=${policy.windowSeconds}`,
  )
  const states = results
    .filter(({ request }) => request.policy.by !== 'account')
    .map(({ request, remaining, resetSeconds }) => `"${request.policy.name}";r=${remaining};t=${resetSeconds}`)
  return { 'ratelimit-policy': policies.join(', '), ...(states.length > 0 && { ratelimit: states.join(', ') }) }
}

/** Returns the error for a request that exceeds a limit. */
export function rateLimited(outcome: RateLimitOutcome): AppError {
  const { retryAfterSeconds } = outcome
  return new AppError('rate_limited', { retryAfterSeconds, headers: rateLimitHeaders(outcome) })
}

/** Adds the headers of `rateLimitHeaders` to a response. */
export function addRateLimitHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}
