import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { readEnvironment } from '@/lib/env'
import { createLog } from '@/lib/log'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { rateLimitHeaders, requireRateLimit, withRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { redis } from '@/lib/redis/client'
import { clientAddress, networkOf } from './client-address'
import { errorResponse } from './error-response'
import type { RouteHandler } from './handle'
import { requestIdHeader, requestIdOf } from './request-id'

type Params = Awaited<Parameters<RouteHandler>[1]['params']>

/** Takes one of a limit from the caller's network and hands over the database. Throws `rate_limited`. */
export async function openPublic(headers: Headers, policy: PolicyName) {
  const env = readEnvironment()
  const { db } = database()
  const network = networkOf(clientAddress(headers, env.TRUSTED_PROXY_HOPS))
  const counted = { redis: redis(), db, keys: openKeyRing(env), limits: env.RATE_LIMITS }
  const allowance = await requireRateLimit(counted, [policy], network)
  return { db, rateLimit: rateLimitHeaders(allowance) }
}

/** Wraps a route that everybody may call who knows its address: no identity, one limit for the network it comes from. */
export function handlePublic(
  guard: { route: string; policy: PolicyName },
  answer: (public_: { db: Database; params: Params }) => Promise<Response>,
): RouteHandler {
  return async (request, extra) => {
    const requestId = requestIdOf(request.headers)
    const log = createLog(readEnvironment().LOG_LEVEL).with({ requestId, route: guard.route })
    let response: Response
    try {
      const { db, rateLimit } = await openPublic(request.headers, guard.policy)
      response = withRateLimit(await answer({ db, params: await extra.params }), rateLimit)
    } catch (error) {
      response = errorResponse(error, requestId, log)
    }
    response.headers.set(requestIdHeader, requestId)
    response.headers.set('cache-control', 'private, no-store')
    response.headers.set('x-robots-tag', 'noindex, nofollow')
    log.info('request', { status: response.status })
    return response
  }
}
