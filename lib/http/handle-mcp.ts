import { z } from 'zod'
import type { RequestContext } from '@/lib/context'
import { type Environment, readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { describeError } from '@/lib/log'
import { type McpOffer, serveMcp } from '@/lib/mcp/serve-mcp'
import { handle, type RouteHandler, withAllowance } from './handle'
import { refuseWith } from './route'

/** Not a batch, which the protocol had in one revision only: the allowance is for one call. */
const oneMessage = z.record(z.string(), z.unknown())

/**
 * The MCP endpoint. Its clients are programs: a cookie that a browser brings along is nobody here, and a Host or Origin
 * that is not ours is refused, or any page could talk to a server on its reader's own machine (DNS rebinding,
 * CVE-2025-66414).
 */
export function handleMcp(route: string, offer: (context: RequestContext) => McpOffer): RouteHandler {
  const serve = handle(
    { route, scope: 'mcp', cookies: 'ignored', ownLimit: true, body: oneMessage },
    ({ context, headers, body }) =>
      withAllowance(context, 'mcp', async () => {
        const request = new Request(resourceUrl(readEnvironment()), {
          method: 'POST',
          headers: contentHeaders(headers),
          body: JSON.stringify(body),
        })
        const onError = (error: Error | string) => context.log.warn('mcp', { error: describeError(error) })
        const response = await serveMcp(request, offer(context), onError)
        // `handle` sets the cache headers, as for all private data.
        response.headers.delete('cache-control')
        return response
      }),
  )
  return async (request, extra) => {
    const env = readEnvironment()
    if (!isOurs(request.headers, env)) return refuseWith(() => new AppError('origin_mismatch'))(request, extra)
    const response = await serve(request, extra)
    if (response.status === 401) response.headers.set('www-authenticate', challenge(env))
    return response
  }
}

const resourceUrl = (env: Environment) => new URL('/api/mcp', env.BETTER_AUTH_URL).href

/** RFC 9728: where a client reads how to identify itself. */
const challenge = (env: Environment) =>
  `Bearer resource_metadata="${new URL(`${protectedResourcePath}/api/mcp`, env.BETTER_AUTH_URL).href}"`

function isOurs(headers: Headers, env: Environment): boolean {
  const origins = [new URL(env.BETTER_AUTH_URL).origin, ...env.TRUSTED_ORIGINS]
  const origin = headers.get('origin')
  if (origin !== null && !origins.includes(origin)) return false
  return origins.some((ours) => new URL(ours).host === headers.get('host'))
}

/** The body was read and is written anew: its length and coding are others. */
function contentHeaders(headers: Headers): Headers {
  const kept = new Headers(headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name)
  return kept
}

const protectedResourcePath = '/.well-known/oauth-protected-resource'

/**
 * RFC 9728 metadata of the MCP endpoint. It names no authorization server, because there is none: keys are made in the
 * preferences and sent as a bearer.
 */
export function describeProtectedResource(): Response {
  const env = readEnvironment()
  const address = (path: string) => new URL(path, env.BETTER_AUTH_URL).href
  const metadata = {
    resource: address('/api/mcp'),
    resource_name: 'Goldfish',
    bearer_methods_supported: ['header'],
    scopes_supported: ['mcp'],
    resource_documentation: address('/preferences'),
  }
  return Response.json(metadata, {
    // Everybody may know it, a client in another site's page too.
    headers: { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=3600' },
  })
}
