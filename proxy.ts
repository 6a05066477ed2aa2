import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { errorResponse } from '@/lib/http/error-response'
import { requestIdHeader, requestIdOf } from '@/lib/http/request-id'
import { createLog } from '@/lib/log'

/**
 * Rejects requests that no page handles and sets the Content-Security-Policy of pages. This is not access control: each
 * page and route must look up the session itself, and all tests pass without this file. The nonce must be generated for
 * each response, and a nonce sent by the client must be removed before Next reads it.
 */
export function proxy(request: NextRequest) {
  const refused = refuse(request)
  if (refused) return refused
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
  // Pages and redirects depend on the user and contain a nonce. Next sets no cache headers on redirects.
  response.headers.set('cache-control', 'private, no-store')
  return response
}

/**
 * The app has no server actions, and Next logs text of the request when it looks up an action. Our own server rejects
 * these requests before Next reads them (scripts/server/refuse-request.mjs). On Vercel, this function must do it.
 */
function refuse({ method, headers }: NextRequest): Response | null {
  const namesAction = headers.has('next-action')
  if (!namesAction && (method === 'GET' || method === 'HEAD')) return null
  const error = namesAction
    ? new AppError('invalid_request', { detail: 'There are no server actions here.' })
    : new AppError('method_not_allowed', { headers: { allow: 'GET, HEAD' } })
  const requestId = requestIdOf(headers)
  const log = createLog(readEnvironment().LOG_LEVEL).with({ requestId, route: 'page' })
  const response = errorResponse(error, requestId, log)
  response.headers.set(requestIdHeader, requestId)
  log.info('request refused', { status: response.status, code: error.code })
  return response
}

export const config = {
  // Must match only pages: in front of a route, Next would truncate bodies over 10 MB. Routes set their own headers.
  matcher: [
    '/((?!api/|v1/|_next/static|_next/image|favicon.ico|icon.svg|apple-icon|icons/|sw.js|manifest.webmanifest|robots.txt|\\.well-known/security.txt).*)',
  ],
}

/** Returns the policy. `next dev` evaluates modules with `eval` and injects inline styles; production needs neither. */
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
