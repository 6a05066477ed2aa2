/* Mechanisms used: auth, crypto, rate-limit. */
import { database } from '@/db/client'
import { auth } from '@/lib/auth/auth'
import { clientAddressHeader, sessionCookieName } from '@/lib/auth/create-auth'
import { isFresh } from '@/lib/auth/session-life'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { type Environment, readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { createLog } from '@/lib/log'
import type { Allowance } from '@/lib/rate-limit/consume-allowance'
import { rateLimited, rateLimitHeaders, withRateLimit } from '@/lib/rate-limit/rate-limit-headers'
import { redis } from '@/lib/redis/client'
import { waitUntilReady } from '@/lib/redis/connect'
import { sendsKey } from './claimed-identity'
import { clientAddress, networkOf } from './client-address'
import { errorResponse } from './error-response'
import { takeAuthAllowance } from './limit-auth'
import { readJson } from './read-json'
import { requestIdHeader, requestIdOf } from './request-id'
import { claimedSessionToken } from './session-token'

const bodyLimitBytes = 16 * 1024
const redisConnectMs = 300

/**
 * better-auth's own endpoints, unchanged but for what surrounds every route: a request id, a body that is read with a
 * cap, the client's address as we count it, limits, one exit for errors, no caching.
 */
export async function handleAuth(request: Request): Promise<Response> {
  const arrivedAt = Date.now()
  const env = readEnvironment()
  const requestId = requestIdOf(request.headers)
  const log = createLog(env.LOG_LEVEL).with({ requestId, route: `${request.method} /api/auth` })
  let response: Response
  try {
    const headers = new Headers(request.headers)
    headers.delete(clientAddressHeader)
    // A key is nobody here: it manages neither accounts nor keys, and neither does a cookie that comes along with one.
    if (sendsKey(headers)) for (const name of ['x-api-key', 'authorization', 'cookie']) headers.delete(name)
    const address = clientAddress(headers, env.TRUSTED_PROXY_HOPS)
    if (address) headers.set(clientAddressHeader, address)
    const body = await readAuthBody(request)
    const allowance = await takeAllowance(env, request, address, body)
    if (!allowance.allowed) throw rateLimited(allowance)
    if (new URL(request.url).pathname.endsWith('/api-key/create')) await requireFreshSession(headers)
    const [answer] = await Promise.all([
      auth().handler(
        new Request(request.url, {
          method: request.method,
          headers,
          body: body === undefined ? null : JSON.stringify(body),
        }),
      ),
      findSession(headers),
    ])
    if (answer.status >= 500) throw unavailable()
    if (isSignOut(request, answer)) {
      // better-auth says so whether or not the session is gone.
      if (await findSession(headers)) throw unavailable()
      answer.headers.set('clear-site-data', '"cache"')
    }
    response = withRateLimit(new Response(answer.body, answer), rateLimitHeaders(allowance))
  } catch (error) {
    response = errorResponse(error, requestId, log)
  }
  response.headers.set(requestIdHeader, requestId)
  response.headers.set('cache-control', 'private, no-store')
  log.info('request', { status: response.status, durationMs: Date.now() - arrivedAt })
  return response
}

/** Some endpoints are posted to without a body; where there is one, it is JSON within the cap like any other. */
async function readAuthBody(request: Request): Promise<unknown> {
  if (request.method !== 'POST' || !request.body) return undefined
  if (request.headers.get('content-length') === '0') return undefined
  return readJson(request, bodyLimitBytes)
}

async function takeAllowance(
  env: Environment,
  request: Request,
  address: string | null,
  body: unknown,
): Promise<Allowance> {
  const stores = { db: database().db, redis: redis(), keys: openKeyRing(env) }
  if (stores.redis) await waitUntilReady(stores.redis, redisConnectMs)
  const { pathname } = new URL(request.url)
  return takeAuthAllowance(stores, env.RATE_LIMITS, { pathname, network: networkOf(address), body })
}

/**
 * The session that a request claims, asked for beside the request itself: some of better-auth's endpoints catch what their
 * query threw, and tell somebody who is signed in that they are not. This one throws.
 */
async function findSession(headers: Headers) {
  if (!claimedSessionToken(headers, sessionCookieName(readEnvironment()))) return null
  return auth().api.getSession({ headers, query: { disableRefresh: true } })
}

/** As `POST /api/keys` has it. Whoever is not signed in hears so from better-auth. */
async function requireFreshSession(headers: Headers): Promise<void> {
  const found = await findSession(headers)
  if (found && !isFresh(found.session)) throw new AppError('session_not_fresh')
}

const unavailable = () => new AppError('database_unavailable', { retryAfterSeconds: 3 })

function isSignOut(request: Request, answer: Response): boolean {
  return answer.ok && new URL(request.url).pathname.endsWith('/sign-out')
}
