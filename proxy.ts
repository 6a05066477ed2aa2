import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { readEnvironment } from '@/lib/env'
import { requestIdHeader, requestIdOf } from '@/lib/http/request-id'

/**
 * Sets the Content-Security-Policy of pages. Nothing here is a lock: every page and route looks up the session itself,
 * and all tests hold with this file deleted. The nonce is made here for each response; one that a client sends is
 * replaced before Next can read it.
 */
export function proxy(request: NextRequest) {
  const nonce = randomBytes(16).toString('base64')
  const policy = contentSecurityPolicy(nonce, readEnvironment().NODE_ENV === 'development')
  const headers = new Headers(request.headers)
  const requestId = requestIdOf(headers)
  headers.set(requestIdHeader, requestId)
  headers.set('content-security-policy', policy)
  headers.delete('x-nonce')
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set(requestIdHeader, requestId)
  // Every page and every redirect between them depends on who asks, and carries a nonce (Next leaves redirects bare).
  response.headers.set('cache-control', 'private, no-store')
  return response
}

export const config = {
  // Pages only: a proxy in front of a route would cut bodies over 10 MB, and routes set their own headers.
  matcher: [
    '/((?!api/|v1/|_next/static|_next/image|favicon.ico|icon.svg|apple-icon|icons/|sw.js|manifest.webmanifest).*)',
  ],
}

/** `next dev` evaluates modules as text and styles inline; production needs neither. */
function contentSecurityPolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}
