/* Mechanisms used: rate-limit, crypto. */
import type { Needs } from '@/lib/context'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { consumeAllowance } from '@/lib/rate-limit/consume-allowance'
import { demandsOf } from '@/lib/rate-limit/demand'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { rateLimited, rateLimitHeaders, withRateLimit } from '@/lib/rate-limit/rate-limit-headers'

/** Answers if the user still has one of a limit, which it costs, and says how they stand. Throws `rate_limited`. */
export async function withAllowance(
  context: Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits'>,
  policy: PolicyName,
  answer: () => Promise<Response>,
): Promise<Response> {
  const demands = demandsOf(context.limits, [policy], keyedHash(context.keys, 'rate-limit', context.userId))
  const allowance = await consumeAllowance(context, demands)
  if (!allowance.allowed) throw rateLimited(allowance)
  return withRateLimit(await answer(), rateLimitHeaders(allowance))
}
