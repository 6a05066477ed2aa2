import { readEnvironment } from '@/lib/env'

export const protectedResourcePath = '/.well-known/oauth-protected-resource'

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
