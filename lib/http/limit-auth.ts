/* Mechanisms used: rate-limit, crypto. */
import type { Database } from '@/db/connect'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { type Allowance, consumeAllowance } from '@/lib/rate-limit/consume-allowance'
import { type Demand, demandsOf, type RateLimitSettings } from '@/lib/rate-limit/demand'
import type { PolicyName } from '@/lib/rate-limit/policies'
import type { RedisHandle } from '@/lib/redis/connect'

/** What an account route costs: one of a limit for the caller's network, and where one is named, for the account. */
type Cost = { network: PolicyName; account?: PolicyName }

const costs: Readonly<Record<string, Cost>> = Object.freeze({
  '/sign-in/email': { network: 'sign-in', account: 'sign-in-account' },
  '/sign-up/email': { network: 'sign-up', account: 'confirmation-account' },
  '/send-verification-email': { network: 'confirmation', account: 'confirmation-account' },
  '/verify-email': { network: 'password' },
  '/request-password-reset': { network: 'reset', account: 'reset-account' },
  '/change-password': { network: 'password' },
  '/change-email': { network: 'password' },
  '/verify-password': { network: 'password' },
  '/delete-user': { network: 'password' },
})

const otherRoutes: Cost = Object.freeze({ network: 'auth' })

/** Takes what a request to `/api/auth/*` costs, in one round trip. `network` and the body's e-mail say whose it is. */
export function takeAuthAllowance(
  stores: { redis: RedisHandle; db: Database; keys: KeyRing },
  settings: RateLimitSettings,
  request: { pathname: string; network: string; body: unknown },
): Promise<Allowance> {
  const { network, account } = costOf(request.pathname)
  const keyOf = (who: string) => keyedHash(stores.keys, 'rate-limit', who)
  const email = account && emailIn(request.body)
  const demands: Demand[] = [
    ...demandsOf(settings, [network], keyOf(request.network)),
    ...(account && email ? demandsOf(settings, [account], keyOf(email)) : []),
  ]
  return consumeAllowance(stores, demands)
}

/**
 * By the path as anybody could mean it: better-auth's router takes one spelling only, so every other one that it might
 * learn to take counts as that one.
 */
function costOf(pathname: string): Cost {
  const path = unescaped(pathname)
    .toLowerCase()
    .replace(/\/{2,}/g, '/')
    .replace(/^\/api\/auth(?=\/)/, '')
    .replace(/\/$/, '')
  return Object.hasOwn(costs, path) ? (costs[path] ?? otherRoutes) : otherRoutes
}

function unescaped(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}

/** As better-auth looks an account up: without regard to case. */
function emailIn(body: unknown): string | null {
  const email = body && typeof body === 'object' && 'email' in body ? body.email : null
  return typeof email === 'string' ? email.trim().toLowerCase() : null
}
