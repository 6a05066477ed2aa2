import type { z } from 'zod'
import type { Database } from '@/db/connect'
import type { ClaimedIdentity } from '@/lib/auth/session-life'
import type { Needs, RequestContext } from '@/lib/context'
import type { KeyScope } from '@/lib/contract/api'
import { AppError, invalidRequest } from '@/lib/errors'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { addRateLimitHeaders, rateLimitHeaders, requireRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { checkOrigin } from './check-origin'
import type { ErrorShape } from './error-response'
import { findCaller, openContext, requireClaim } from './open-context'
import { readJson } from './read-json'
import { runInFrame } from './route-frame'
import { addServerTiming } from './server-timing'

const defaultBodyLimitBytes = 256 * 1024

/** The second argument that Next passes to a route. */
type RouteExtra = { params: Promise<Record<string, string | string[] | undefined>> }
export type RouteHandler = (request: Request, extra: RouteExtra) => Promise<Response>

type Input<Params, Query, Body> = { params: Params; query: Query; body: Body }

/** The requirements of a route, which `handle` checks before the route's own function runs. */
type Guard<Params, Query, Body, Early> = {
  /**
   * The name of the route for logs, such as `POST /api/chat`. It must not be the actual path, because
   * that contains ids.
   */
  route: string
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** The scope that an API key needs. Without it the route accepts only sessions. */
  scope?: KeyScope
  /**
   * Requires a sign-in within the last day (`session_not_fresh`). Must be set for actions whose
   * effect outlives the session.
   */
  fresh?: true
  /** Ignores cookies, for a route that only programs may call. */
  cookies?: 'ignored'
  /**
   * The route consumes a rate limit itself, for example with `withinRateLimit`, or has none. Every other route that
   * writes consumes one request of `write`.
   */
  ownLimit?: true
  /** The default is 256 KiB. */
  bodyLimitBytes?: number
  /** The format of errors, for clients that do not expect RFC 9457. */
  errorShape?: ErrorShape
  /**
   * A read that runs in parallel with the lookup of the caller. Its result must be discarded unless
   * the identity is valid.
   */
  readAlongside?: (db: Database, identity: ClaimedIdentity, input: Input<Params, Query, Body>) => Promise<Early>
}

type Guarded<Params, Query, Body, Early> = Input<Params, Query, Body> & {
  context: RequestContext
  headers: Headers
  /** The body, for a route that reads it as a stream because it is too large for `readJson`. */
  content: ReadableStream<Uint8Array> | null
  early: Early
}

/**
 * Wraps every route that needs a session or an API key: request id, Origin check, validation of parameters, query and
 * body, lookup of the caller, context, `write` limit, error responses, and one log line. Responses are marked as
 * private and not cacheable unless the route sets `cache-control` itself.
 */
export function handle<Params = undefined, Query = undefined, Body = undefined, Early = undefined>(
  guard: Guard<Params, Query, Body, Early>,
  answer: (guarded: Guarded<Params, Query, Body, Early>) => Promise<Response>,
): RouteHandler {
  return (request, extra) =>
    runInFrame(request, guard, async ({ requestId, env, log, arrivedAt }) => {
      const headers = new Headers(request.headers)
      if (guard.cookies === 'ignored') headers.delete('cookie')
      else checkOrigin(request, env)
      // Without a claimed identity the body is not read. With one, a large body is read only after the
      // identity was verified.
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
      const consumed = isCounted && (await requireRateLimit(opened.context, ['write'], opened.context.userId))
      const response = await answer({
        ...input,
        context: opened.context,
        headers,
        content: request.body,
        early: opened.early,
      })
      for (const cookie of opened.setCookie) response.headers.append('set-cookie', cookie)
      addServerTiming(response.headers, 'auth', authMs)
      return consumed ? addRateLimitHeaders(response, rateLimitHeaders(consumed)) : response
    })
}

async function readInput<Params, Query, Body, Early>(
  guard: Guard<Params, Query, Body, Early>,
  request: Request,
  extra: RouteExtra,
  beforeLargeBody: () => Promise<unknown>,
): Promise<Input<Params, Query, Body>> {
  // A malformed id must get the same 404 as an id that does not exist.
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

/**
 * Consumes one request of a policy for the user and adds the rate limit headers to the response of `answer`. Throws
 * `rate_limited` or `database_unavailable`.
 */
export async function withinRateLimit(
  context: Needs<'db' | 'redis' | 'keys' | 'userId' | 'limits'>,
  policy: PolicyName,
  answer: () => Promise<Response>,
): Promise<Response> {
  const outcome = await requireRateLimit(context, [policy], context.userId)
  return addRateLimitHeaders(await answer(), rateLimitHeaders(outcome))
}
