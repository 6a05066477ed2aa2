import { z } from 'zod'
import type { Database } from '@/db/connect'
import { type Auth, clientAddressHeader } from '@/lib/auth/create-auth'
import { keepWithinMaxKeys } from '@/lib/auth/manage-keys'
import { endSessionsAtMaxAge, isFresh } from '@/lib/auth/session-life'
import type { KeyRing } from '@/lib/crypto/key-ring'
import type { Environment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { addRateLimitHeaders } from '@/lib/rate-limit/require-rate-limit'
import { type RedisHandle, waitUntilReady } from '@/lib/redis/connect'
import type { AuthRoute } from './auth-routes'
import { claimedIdentity, sendsKey, sessionHeaders } from './claimed-identity'
import { findKnownDevice, hasOtherCookies, knownDeviceCookie } from './known-device'
import { consumeAuthRateLimit } from './limit-auth'

const redisConnectMs = 300

/** A request to an account route whose origin, query and body have been checked. */
type AuthRequest = {
  env: Environment
  auth: Auth
  db: Database
  redis: RedisHandle
  keys: KeyRing
  route: AuthRoute
  request: Request
  body: Record<string, unknown> | undefined
  address: string | null
  /** The account that the body names. */
  email: string | null
}

export type AuthAnswer = {
  response: Response
  /** better-auth's own error code; null on success. */
  code: string | null
  /** The user who is signed in or has just signed in. */
  userId: UserId | null
}

/**
 * Handles a request to an account route: consumes its rate limits, rejects sessions past their maximum age, calls
 * better-auth, and refunds the limits unless the request was a failed guess. Throws the errors of the limits and the
 * database, `unauthenticated`, `session_not_fresh` and `too_many_keys`.
 */
export async function answerAuth(input: AuthRequest): Promise<AuthAnswer> {
  const { env, auth, db, redis, keys, route, request, address, email } = input
  const headers = headersFor(input)
  const identity = claimedIdentity(headers, env)
  const token = identity?.by === 'session' ? identity.token : null
  const device = email === null ? null : findKnownDevice(keys, request.headers, email)
  if (redis) await waitUntilReady(redis, redisConnectMs)
  const caller = { address, email, device, token }
  const outcome = await consumeAuthRateLimit({ db, redis, keys }, env.RATE_LIMITS, route.limit, caller)
  if (outcome.isMailLimitReached && env.SMTP_URL)
    return { response: addRateLimitHeaders(mailResponse(route), outcome.headers), code: null, userId: null }
  try {
    const { response, content, userId } = await callBetterAuth(input, headers, token)
    if (!isFailedGuess(response.status, content.code)) await outcome.refundGuess()
    if (response.ok && route.path === '/sign-out') {
      // better-auth reports success even if it could not delete the session.
      if (await findSession(auth, headers, token)) throw unavailable()
      response.headers.set('clear-site-data', '"cache"')
    }
    if (response.ok && route.path === '/api-key/create' && userId && content.id)
      await keepWithinMaxKeys(db, userId, content.id)
    if (response.ok && route.beginsSession && email !== null && response.headers.getSetCookie().length > 0) {
      const secure = env.BETTER_AUTH_URL.startsWith('https://')
      response.headers.append('set-cookie', knownDeviceCookie(keys, email, { device, secure }))
    }
    if (!route.beginsSession || !isFromProgram(request.headers)) removeBearer(response.headers)
    return { response: addRateLimitHeaders(response, outcome.headers), code: content.code ?? null, userId }
  } catch (error) {
    // A wrong password results in a response of better-auth, so a thrown error was not a guess.
    await outcome.refundGuess()
    throw error
  }
}

async function callBetterAuth(input: AuthRequest, headers: Headers, token: string | null) {
  const { auth, route, request, body } = input
  if (token !== null) await requireValidSession(input, headers, token)
  const init = { method: route.method, headers, body: body === undefined ? null : JSON.stringify(body) }
  const [answered, session] = await Promise.all([
    auth.handler(new Request(request.url, init)),
    findSession(auth, headers, token),
  ])
  if (answered.status >= 500) throw unavailable()
  const response = new Response(answered.body, answered)
  const content = await readContent(route, response)
  const userId = (session?.user.id ?? content.user?.id ?? null) as UserId | null
  return { response, content, userId }
}

/** Returns the response that better-auth would give, which is the same whether or not the account exists. */
const mailResponse = ({ path }: AuthRoute) =>
  Response.json({
    status: true,
    ...(path === '/request-password-reset' && {
      message: 'If this email exists in our system, check your email for the reset link',
    }),
  })

const checkedHeaders = Object.freeze(['referer', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest'] as const)

/**
 * Returns the headers for better-auth. They contain at most one credential and the client address
 * that the limits use.
 */
function headersFor({ env, request, address }: AuthRequest): Headers {
  const headers = new Headers(sessionHeaders(request.headers, env))
  // The Origin has already been checked. better-auth would accept a Referer instead, and it would reject
  // programs that send `Sec-Fetch-Mode`.
  for (const name of checkedHeaders) headers.delete(name)
  headers.delete(clientAddressHeader)
  if (address) headers.set(clientAddressHeader, address)
  // API keys may not manage accounts or keys, so all credentials of the request are dropped, including a cookie.
  if (sendsKey(request.headers)) for (const name of ['x-api-key', 'authorization', 'cookie']) headers.delete(name)
  return headers
}

/**
 * Deletes sessions past their maximum age before better-auth can renew one. Throws `unauthenticated` or
 * `session_not_fresh` if the route requires more.
 */
async function requireValidSession({ auth, db, route }: AuthRequest, headers: Headers, token: string): Promise<void> {
  const hasEnded = await endSessionsAtMaxAge(db, token)
  if (route.session === null) return
  if (hasEnded) throw new AppError('unauthenticated')
  if (route.session !== 'fresh') return
  const found = await findSession(auth, headers, token)
  if (found && !isFresh(found.session)) throw new AppError('session_not_fresh')
}

/**
 * Reads the session of a request separately, because some endpoints of better-auth catch a failed query and report
 * that the caller is not signed in. This read must throw instead.
 */
async function findSession(auth: Auth, headers: Headers, token: string | null) {
  return token === null ? null : auth.api.getSession({ headers, query: { disableRefresh: true } })
}

const knownContent = z.object({
  code: z
    .string()
    .regex(/^[A-Z_]{1,64}$/)
    .optional()
    .catch(undefined),
  id: z.string().optional().catch(undefined),
  user: z.object({ id: z.string() }).optional().catch(undefined),
})

/** Returns the parts of better-auth's response that are needed here. Empty if the response does not have to be read. */
async function readContent(route: AuthRoute, response: Response): Promise<z.output<typeof knownContent>> {
  if (response.ok && !route.beginsSession && route.path !== '/api-key/create') return {}
  const content: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return knownContent.safeParse(content).data ?? {}
}

/**
 * Whether a response is a failed guess: a wrong password, or any rejection that may hide one, but
 * not a malformed request.
 */
const isFailedGuess = (status: number, code: string | undefined) =>
  status === 401 || status === 403 || code === 'INVALID_PASSWORD'

/**
 * Whether the client is a program. Browsers keep the session in a cookie that scripts cannot read, so they must not
 * receive it in a header too. Browsers send `Sec-Fetch-Site`, except to plain http addresses other than localhost;
 * there the user agent identifies them.
 */
function isFromProgram(headers: Headers): boolean {
  const isBrowser =
    headers.has('sec-fetch-site') || headers.has('sec-fetch-dest') || /^Mozilla\//.test(headers.get('user-agent') ?? '')
  return !isBrowser && !hasOtherCookies(headers)
}

function removeBearer(headers: Headers): void {
  headers.delete('set-auth-token')
  headers.delete('access-control-expose-headers')
}

const unavailable = () => new AppError('database_unavailable', { retryAfterSeconds: 3 })
