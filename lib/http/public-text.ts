import { readEnvironment } from '@/lib/env'
import { requestIdHeader, requestIdOf } from './request-id'

const day = 24 * 60 * 60 * 1000

/**
 * Returns `/.well-known/security.txt` (RFC 9116), which names the contact for vulnerabilities of this
 * installation. It is the contact of the operator, because most reports are about an installation and not about
 * the code. The default is the address that RFC 2142 reserves at every host. `Expires` is computed for each
 * request, so that it is never in the past.
 */
export function securityText({ headers }: Request): Response {
  const { BETTER_AUTH_URL, SECURITY_CONTACT, SECURITY_POLICY } = readEnvironment()
  const { origin, hostname } = new URL(BETTER_AUTH_URL)
  const expires = new Date(Date.now() + 180 * day)
  expires.setUTCHours(0, 0, 0, 0)
  return plainText(headers, [
    `Contact: ${SECURITY_CONTACT ?? `mailto:security@${hostname}`}`,
    `Expires: ${expires.toISOString()}`,
    'Preferred-Languages: en, de',
    `Canonical: ${origin}/.well-known/security.txt`,
    ...(SECURITY_POLICY ? [`Policy: ${SECURITY_POLICY}`] : []),
  ])
}

/**
 * Returns `/robots.txt`. Crawlers may fetch pages, because shared links have a `noindex` header that they must be
 * able to read. A crawler that may not fetch a page could still list its address.
 */
export function robotsText({ headers }: Request): Response {
  return plainText(headers, ['User-agent: *', 'Disallow: /api/', 'Disallow: /v1/'])
}

function plainText(headers: Headers, lines: readonly string[]): Response {
  return new Response(`${lines.join('\n')}\n`, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      [requestIdHeader]: requestIdOf(headers),
    },
  })
}
