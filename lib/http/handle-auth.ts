import { database } from '@/db/client'
import { auth } from '@/lib/auth/auth'
import { type KeyRing, keyedHash, openKeyRing } from '@/lib/crypto/key-ring'
import { AppError, invalidRequest } from '@/lib/errors'
import type { LogFields } from '@/lib/log'
import { redis } from '@/lib/redis/client'
import { type AuthAnswer, answerAuth } from './answer-auth'
import { type AuthRoute, findAuthRoute } from './auth-routes'
import { checkAuthOrigin } from './check-origin'
import { clientAddress, networkOf } from './client-address'
import { accountOf } from './limit-auth'
import { readJson } from './read-json'
import { runInFrame } from './route-frame'

const bodyLimitBytes = 16 * 1024

/**
 * Handles the available endpoints of better-auth like every other route: with a request id, an Origin
 * check, schemas for query and body, rate limits, common error responses, no caching, and one log line by
 * which failed sign-ins can be found.
 */
export function handleAuth(request: Request): Promise<Response> {
  const options = { route: `${request.method} /api/auth`, headers: { 'cache-control': 'private, no-store' } }
  return runInFrame(request, options, async ({ env, addToLog }) => {
    const keys = openKeyRing(env)
    const route = findAuthRoute(request.method, new URL(request.url).pathname)
    addToLog({ route: `${route.method} /api/auth${route.path}` })
    const address = clientAddress(request.headers, env.TRUSTED_PROXY_HOPS)
    addToLog({ network: logHash(keys, networkOf(address)) })
    checkAuthOrigin(request, env)
    const body = await readInput(route, request)
    const email = accountOf(body)
    if (email !== null) addToLog({ account: logHash(keys, email) })
    const handles = { auth: auth(), db: database().db, redis: redis() }
    const answer = await answerAuth({ ...handles, env, keys, route, request, body, address, email })
    addToLog(outcomeOf(keys, answer))
    return answer.response
  })
}

/** Parses query and body with the schemas of the route. Throws `invalid_request` and the errors of `readJson`. */
async function readInput(route: AuthRoute, request: Request): Promise<Record<string, unknown> | undefined> {
  const sent = [...new URL(request.url).searchParams]
  const repeated = new Set(sent.map(([name]) => name)).size < sent.length
  if (repeated || sent.some(([, value]) => value.includes('\0'))) throw new AppError('invalid_request')
  parse(route.query, Object.fromEntries(sent))
  if (route.body === null) return undefined
  const hasBody = request.body !== null && request.headers.get('content-length') !== '0'
  return parse(route.body, hasBody ? await readJson(request, bodyLimitBytes) : undefined)
}

function parse<Value>(schema: AuthRoute['query'] | NonNullable<AuthRoute['body']>, value: unknown): Value {
  const result = schema.safeParse(value)
  if (result.success) return result.data as Value
  throw invalidRequest(result.error)
}

/** Hashes a value with a key, so that log lines about one account or network can be joined without identifying it. */
const logHash = (keys: KeyRing, value: string) => keyedHash(keys, 'log', value).slice(0, 12)

const outcomeOf = (keys: KeyRing, { code, userId }: AuthAnswer): LogFields => ({
  ...(code !== null && { code: code.toLowerCase() }),
  ...(userId !== null && { user: logHash(keys, userId) }),
})
