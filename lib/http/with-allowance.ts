import type { Needs } from '@/lib/context'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { rateLimitHeaders, requireAllowance, withRateLimit } from '@/lib/rate-limit/require-allowance'

/** Answers if the user still has one of a limit, which it costs, and says how they stand. Throws `rate_limited`. */
export async function withAllowance(
  context: Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits'>,
  policy: PolicyName,
  answer: () => Promise<Response>,
): Promise<Response> {
  const allowance = await requireAllowance(context, [policy], context.userId)
  return withRateLimit(await answer(), rateLimitHeaders(allowance))
}
