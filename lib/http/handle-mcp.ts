import { z } from 'zod'
import type { RequestContext } from '@/lib/context'
import { type Environment, readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { describeError } from '@/lib/log'
import { type McpOffer, serveMcp } from '@/lib/mcp/serve-mcp'
import { handle, type RouteHandler, withinRateLimit } from './handle'
import { protectedResourcePath } from './protected-resource'
import { refuseWith } from './route'

/**
 * A single JSON-RPC message. Batches, which only one revision of the protocol has, are rejected because one request
 * must consume the limit of one call.
 */
const oneMessage = z.record(z.string(), z.unknown())

/**
 * Handles the MCP endpoint. Its clients are programs, so cookies are ignored. A Host or Origin of another site is
 * rejected; otherwise any page could reach a server on the machine of its visitor (DNS rebinding, CVE-2025-66414).
 */
export function handleMcp(route: string, offer: (context: RequestContext) => McpOffer): RouteHandler {
  const serve = handle(
    { route, scope: 'mcp', cookies: 'ignored', ownLimit: true, body: oneMessage },
    ({ context, headers, body }) =>
      withinRateLimit(context, 'mcp', async () => {
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
    if (!isOwnSite(request.headers, env)) return refuseWith(() => new AppError('origin_mismatch'))(request, extra)
    const response = await serve(request, extra)
    if (response.status === 401) response.headers.set('www-authenticate', challenge(env))
    return response
  }
}

const resourceUrl = (env: Environment) => new URL('/api/mcp', env.BETTER_AUTH_URL).href

/** Returns the header that refers clients to the metadata about authentication (RFC 9728). */
const challenge = (env: Environment) =>
  `Bearer resource_metadata="${new URL(`${protectedResourcePath}/api/mcp`, env.BETTER_AUTH_URL).href}"`

function isOwnSite(headers: Headers, env: Environment): boolean {
  const origins = [new URL(env.BETTER_AUTH_URL).origin, ...env.TRUSTED_ORIGINS]
  const origin = headers.get('origin')
  if (origin !== null && !origins.includes(origin)) return false
  return origins.some((own) => new URL(own).host === headers.get('host'))
}

/** Removes the headers about the length and encoding of the body, because the body is parsed and serialized again. */
function contentHeaders(headers: Headers): Headers {
  const remaining = new Headers(headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) remaining.delete(name)
  return remaining
}
