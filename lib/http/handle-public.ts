import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { readEnvironment } from '@/lib/env'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { addRateLimitHeaders, rateLimitHeaders, requireRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { redis } from '@/lib/redis/client'
import { clientAddress, networkOf } from './client-address'
import type { RouteHandler } from './handle'
import { runInFrame } from './route-frame'

type Params = Awaited<Parameters<RouteHandler>[1]['params']>

/**
 * Consumes one request of a policy for the caller's network. Returns the database and the rate limit headers. Throws
 * `rate_limited` or `database_unavailable`.
 */
export async function openPublic(headers: Headers, policy: PolicyName) {
  const env = readEnvironment()
  const { db } = database()
  const network = networkOf(clientAddress(headers, env.TRUSTED_PROXY_HOPS))
  const counted = { redis: redis(), db, keys: openKeyRing(env), limits: env.RATE_LIMITS }
  const outcome = await requireRateLimit(counted, [policy], network)
  return { db, rateLimit: rateLimitHeaders(outcome) }
}

/**
 * Wraps a route without authentication, which any person with its address may call. It has one rate
 * limit per network.
 */
export function handlePublic(
  guard: { route: string; policy: PolicyName },
  answer: (public_: { db: Database; params: Params }) => Promise<Response>,
): RouteHandler {
  const headers = { 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex, nofollow' }
  return (request, extra) =>
    runInFrame(request, { route: guard.route, headers }, async () => {
      const { db, rateLimit } = await openPublic(request.headers, guard.policy)
      return addRateLimitHeaders(await answer({ db, params: await extra.params }), rateLimit)
    })
}
