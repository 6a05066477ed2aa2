import type { z } from 'zod'
import type { Database } from '@/db/connect'
import type { ClaimedIdentity } from '@/lib/auth/session-life'
import type { Needs, RequestContext } from '@/lib/context'
import type { KeyScope } from '@/lib/contract/api'
import { readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { createLog } from '@/lib/log'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { rateLimitHeaders, requireRateLimit, withRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { checkOrigin } from './check-origin'
import { type ErrorShape, errorResponse } from './error-response'
import { findCaller, openContext, requireClaim } from './open-context'
import { readJson } from './read-json'
import { requestIdHeader, requestIdOf } from './request-id'
import { addServerTiming } from './server-timing'

const defaultBodyLimitBytes = 256 * 1024

/** What Next hands to a route besides the request. */
type RouteExtra = { params: Promise<Record<string, string | string[] | undefined>> }
export type RouteHandler = (request: Request, extra: RouteExtra) => Promise<Response>

type Input<Params, Query, Body> = { params: Params; query: Query; body: Body }

/** The requirements of a route, which `handle` checks before the route's own function runs. */
type Guard<Params, Query, Body, Early> = {
  /** For logs: `POST /api/chat`. Never the path itself, which holds ids. */
  route: string
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** The scope that an API key needs. Without it the route accepts sessions only. */
  scope?: KeyScope
  /** Requires a recent sign-in (`session_not_fresh`), for things that outlive a session. */
  fresh?: true
  /** For a route that is only for programs: ignores a browser's cookie. */
  cookies?: 'ignored'
  /** The route has a limit of its own or is never refused. Every other route that writes consumes one of `write`. */
  ownLimit?: true
  /** The default is 256 KiB. */
  bodyLimitBytes?: number
  /** Where errors are not told as RFC 9457 has it. */
  errorShape?: ErrorShape
  /** A read in the same tick as the look-up of the identity; its result counts only if the identity holds. */
  readAlongside?: (db: Database, identity: ClaimedIdentity, input: Input<Params, Query, Body>) => Promise<Early>
}

type Guarded<Params, Query, Body, Early> = Input<Params, Query, Body> & {
  context: RequestContext
  headers: Headers
  /** Of a route that reads its body itself, because it is no JSON of a common size. */
  content: ReadableStream<Uint8Array> | null
  early: Early
}

/**
 * Wraps every route of a signed-in user: request id, origin, body and parameters by schema, session or key to user,
 * context, one way out for errors, one log line. The answer gets the headers that all user data has.
 */
export function handle<Params = undefined, Query = undefined, Body = undefined, Early = undefined>(
  guard: Guard<Params, Query, Body, Early>,
  answer: (guarded: Guarded<Params, Query, Body, Early>) => Promise<Response>,
): RouteHandler {
  return async (request, extra) => {
    const arrivedAt = Date.now()
    const requestId = requestIdOf(request.headers)
    const env = readEnvironment()
    const log = createLog(env.LOG_LEVEL).with({ requestId, route: guard.route })
    let response: Response
    try {
      const headers = new Headers(request.headers)
      if (guard.cookies === 'ignored') headers.delete('cookie')
      else checkOrigin(request, env)
      // Without a claimed identity the body is not read. With one, a large body is read only after the identity was
      // verified.
      const identity = requireClaim(headers, env)
      const access = { scope: guard.scope ?? null, fresh: guard.fresh ?? false }
      let finding: ReturnType<typeof findCaller> | null = null
      const find = () => (finding ??= findCaller(headers, identity, access))
      const input = await readInput(guard, request, extra, find)
      const frame = { requestId, log, arrivedAt, headers, signal: request.signal }
      const opened = await openContext(find, frame, (db) =>
        guard.readAlongside ? guard.readAlongside(db, identity, input) : Promise.resolve(undefined as Early),
      )
      const authMs = Date.now() - arrivedAt
      const isCounted = !guard.ownLimit && request.method !== 'GET' && request.method !== 'HEAD'
      const taken = isCounted && (await requireRateLimit(opened.context, ['write'], opened.context.userId))
      response = await answer({
        ...input,
        context: opened.context,
        headers,
        content: request.body,
        early: opened.early,
      })
      for (const cookie of opened.setCookie) response.headers.append('set-cookie', cookie)
      addServerTiming(response.headers, 'auth', authMs)
      if (taken) withRateLimit(response, rateLimitHeaders(taken))
    } catch (error) {
      response = errorResponse(error, requestId, log, guard.errorShape)
    }
    response.headers.set(requestIdHeader, requestId)
    if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store')
    log.info('request', { status: response.status, durationMs: Date.now() - arrivedAt })
    return response
  }
}

async function readInput<Params, Query, Body, Early>(
  guard: Guard<Params, Query, Body, Early>,
  request: Request,
  extra: RouteExtra,
  beforeLargeBody: () => Promise<unknown>,
): Promise<Input<Params, Query, Body>> {
  // An id that is no UUID names nothing: the same 404 as an id that does not exist.
  const params = parse(guard.params, await extra.params, () => new AppError('not_found'))
  const query = parse(guard.query, Object.fromEntries(new URL(request.url).searchParams), invalidRequest)
  const limitBytes = guard.bodyLimitBytes ?? defaultBodyLimitBytes
  const body = guard.body
    ? parse(guard.body, await readJson(request, limitBytes, beforeLargeBody), invalidRequest)
    : (undefined as Body)
  return { params, query, body }
}

function parse<T>(schema: z.ZodType<T> | undefined, value: unknown, refusal: (error: z.ZodError) => AppError): T {
  if (!schema) return undefined as T
  const result = schema.safeParse(value)
  if (!result.success) throw refusal(result.error)
  return result.data
}

function invalidRequest(error: z.ZodError): AppError {
  // Both can contain text of the request, of any length.
  const fields = error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.join('.').slice(0, 200), message: message.slice(0, 500) }))
  return new AppError('invalid_request', { fields })
}

/** Answers if the user still has one of a limit, which it costs, and says how they stand. Throws `rate_limited`. */
export async function withAllowance(
  context: Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits'>,
  policy: PolicyName,
  answer: () => Promise<Response>,
): Promise<Response> {
  const allowance = await requireRateLimit(context, [policy], context.userId)
  return withRateLimit(await answer(), rateLimitHeaders(allowance))
}
