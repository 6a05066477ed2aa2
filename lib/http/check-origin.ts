import type { Environment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { isIdentifiedByHeader } from './claimed-identity'

const isRead = (request: Request) => request.method === 'GET' || request.method === 'HEAD'

/**
 * Rejects a write that carries a cookie unless it comes from a page of this site. A well-formed API key or a bearer
 * with a valid signature needs no Origin, because it identifies the caller instead of the cookie. No other
 * `Authorization` or `x-api-key` has this effect. Throws `origin_mismatch`, also for a missing Origin and for `null`.
 */
export function checkOrigin(request: Request, env: Environment): void {
  if (isRead(request) || !request.headers.has('cookie')) return
  if (!isIdentifiedByHeader(request.headers, env)) requireOwnOrigin(request.headers, env)
}

/**
 * Rejects writes to `/api/auth/*` like `checkOrigin`. There, a request without a cookie can begin a session, so a
 * write that names its origin, or that a browser marked with `Sec-Fetch-Site`, must come from this site too.
 * Otherwise another site could sign its visitors in to an account of its own. Programs send neither header.
 */
export function checkAuthOrigin(request: Request, env: Environment): void {
  const { headers } = request
  const isFromProgram = !['cookie', 'origin', 'sec-fetch-site'].some((name) => headers.has(name))
  if (isRead(request) || isFromProgram || isIdentifiedByHeader(headers, env)) return
  requireOwnOrigin(headers, env)
}

function requireOwnOrigin(headers: Headers, env: Environment): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  const isOwn =
    origin !== null && (origin === new URL(env.BETTER_AUTH_URL).origin || env.TRUSTED_ORIGINS.includes(origin))
  if (!isOwn || (site !== null && site !== 'same-origin' && site !== 'none')) throw new AppError('origin_mismatch')
}
