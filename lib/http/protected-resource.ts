import { readEnvironment } from '@/lib/env'

export const protectedResourcePath = '/.well-known/oauth-protected-resource'

/**
 * Returns the RFC 9728 metadata of the MCP endpoint. It names no authorization server, because there is none: users
 * create API keys in the preferences, and clients send them as bearer token.
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
    // The metadata is public, so pages of other sites may read it.
    headers: { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=3600' },
  })
}
