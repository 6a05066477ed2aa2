import type { Environment } from '@/lib/env'
import { AppError } from '@/lib/errors'

/**
 * A write that carries a cookie must come from a page of this site. Browsers attach cookies by themselves, bearer tokens
 * and API keys they do not, so only cookies need this. `null` and a missing Origin are refused too.
 */
export function checkOrigin(request: Request, env: Environment): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  if (!request.headers.has('cookie')) return
  if (request.headers.has('authorization') || request.headers.has('x-api-key')) return
  const origin = request.headers.get('origin')
  const allowed =
    origin !== null && (origin === new URL(env.BETTER_AUTH_URL).origin || env.TRUSTED_ORIGINS.includes(origin))
  const site = request.headers.get('sec-fetch-site')
  if (!allowed || (site !== null && site !== 'same-origin' && site !== 'none')) throw new AppError('origin_mismatch')
}
