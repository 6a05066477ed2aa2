import { AppError } from '@/lib/errors'
import type { Allowance } from './consume-allowance'

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
