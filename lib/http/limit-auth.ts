import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import { consumeRateLimit, type RateLimitOutcome } from '@/lib/rate-limit/consume-rate-limit'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { type RateLimitRequest, type RateLimitSettings, rateLimitRequests } from '@/lib/rate-limit/rate-limit-request'
import { rateLimited, rateLimitHeaders } from '@/lib/rate-limit/require-rate-limit'
import type { RedisHandle } from '@/lib/redis/connect'
import type { AuthRoute } from './auth-routes'
import { networkOf, siteOf } from './client-address'
import type { KnownDevice } from './known-device'

/** The caller of an account route, by the properties that the limits distinguish. */
type AuthCaller = {
  address: string | null
  /** The email address that the request names, normalized by `accountOf`. */
  email: string | null
  /** The device, if it has signed in to that account before. */
  device: KnownDevice | null
  /** The claimed session token. */
  token: string | null
}

type AuthRateLimitOutcome = {
  headers: Record<string, string>
  /**
   * Whether the account has received enough mails for now. The last link still works, so no further
   * mail must be sent.
   */
  isMailLimitReached: boolean
  /** Refunds the limits of failed guesses. Must be called for a request that was not one. */
  refundGuess: () => Promise<void>
}

type Stores = { redis: RedisHandle; db: Database; keys: KeyRing }

/**
 * While many sites guess at one account, an unknown device gets a `Retry-After` of five seconds and may then try for
 * a minute. Each site waits separately, so that an attacker cannot use up the attempts of the owner.
 */
const slowdown = Object.freeze({ waitSeconds: 5, openSeconds: 60 })

/**
 * Consumes the rate limits of a request to an account route. This must happen before better-auth handles the request,
 * so that parallel guesses are limited too. Throws `rate_limited` or `database_unavailable`.
 * docs/decisions/0031-sign-in-limits.md has the reasons and the numbers.
 */
export async function consumeAuthRateLimit(
  stores: Stores,
  settings: RateLimitSettings,
  limit: AuthRoute['limit'],
  caller: AuthCaller,
): Promise<AuthRateLimitOutcome> {
  const consumed = await consumeRateLimit(stores, requestsFor(stores.keys, settings, limit, caller))
  if (!consumed.allowed) throw rateLimited(consumed)
  const refundGuess = () => consumed.refund(guessPolicies)
  const outcome = { headers: rateLimitHeaders(consumed), isMailLimitReached: false, refundGuess }
  const { email } = caller
  if (email === null || caller.device !== null) return outcome
  if (limit === 'mail') {
    const mails = await consumeRateLimit(
      stores,
      requestsForAccount(stores.keys, settings, 'reset-account-anywhere', email),
    )
    return { ...outcome, isMailLimitReached: !mails.allowed }
  }
  if (limit !== 'sign-in') return outcome
  const fromAllSites = await consumeFromAllSites(stores, settings, { email, site: siteOf(caller.address) }, consumed)
  return {
    ...outcome,
    refundGuess: async () => {
      await Promise.all([refundGuess(), fromAllSites.refund()])
    },
  }
}

/**
 * The policies that count failures. `auth` counts every request, because checking a correct password costs work too.
 */
const guessPolicies = Object.freeze([
  'sign-in',
  'sign-in-day',
  'sign-in-account',
  'sign-in-account-day',
  'password',
] as const)

function requestsFor(
  keys: KeyRing,
  settings: RateLimitSettings,
  limit: AuthRoute['limit'],
  { address, email, device, token }: AuthCaller,
): RateLimitRequest[] {
  const requests = (names: readonly PolicyName[], ...caller: readonly string[]) =>
    rateLimitRequests(settings, names, keyedHash(keys, 'rate-limit', ...caller))
  const network = (...names: PolicyName[]) => requests(names, networkOf(address))
  const site = (...names: PolicyName[]) => requests(names, siteOf(address))
  // A known device is counted separately, so that neither its neighbors nor strangers can use up its limits.
  const account = (...names: PolicyName[]) => {
    if (email === null) return []
    return device ? requests(names, 'device', email, device.id) : requests(names, 'site', email, siteOf(address))
  }
  switch (limit) {
    case 'sign-in': {
      const byAccount = account('sign-in-account', 'sign-in-account-day')
      const always = [...network('auth'), ...byAccount]
      return device ? always : [...network('sign-in'), ...site('sign-in-day'), ...always]
    }
    case 'sign-up':
      return [...network('sign-up'), ...site('sign-up-day'), ...account('confirmation-account')]
    case 'mail':
      return [...network('reset'), ...account('reset-account')]
    case 'password':
      return [...network('auth'), ...(token === null ? [] : requests(['password'], 'session', token))]
    case 'other':
      return network('auth')
  }
}

const requestsForAccount = (keys: KeyRing, settings: RateLimitSettings, name: PolicyName, email: string) =>
  rateLimitRequests(settings, [name], keyedHash(keys, 'rate-limit', 'account', email))

/**
 * Counts the guesses at one account from all sites together. Above the limit a site is slowed down
 * instead of refused, so that the owner on a new device can sign in after the wait. If the site must
 * wait, its own limits are refunded.
 */
async function consumeFromAllSites(
  stores: Stores,
  settings: RateLimitSettings,
  { email, site }: { email: string; site: string },
  consumed: RateLimitOutcome,
): Promise<RateLimitOutcome> {
  const request = requestsForAccount(stores.keys, settings, 'sign-in-account-anywhere', email)
  const fromAllSites = await consumeRateLimit(stores, request)
  if (fromAllSites.allowed) return fromAllSites
  const waitKey = keyedHash(stores.keys, 'rate-limit', 'site', email, site)
  const retryAfterSeconds = await remainingWait(stores.db, waitKey, slowdown)
  if (retryAfterSeconds === 0) return fromAllSites
  await consumed.refund(guessPolicies)
  throw rateLimited({ ...consumed, allowed: false, retryAfterSeconds })
}

/** Returns the email address in the spelling by which better-auth looks up accounts, or null if the body has none. */
export function accountOf(body: Readonly<Record<string, unknown>> | undefined): string | null {
  const email = body?.email
  return typeof email === 'string' ? email.trim().toLowerCase() : null
}

/**
 * The seconds for which a caller must wait, and the seconds for which it may then proceed before it must wait again.
 */
type Slowdown = { waitSeconds: number; openSeconds: number }

/**
 * Returns the seconds that the caller with this `key` must still wait, or 0 if it may proceed. The first call
 * begins the wait, and later calls neither shorten nor extend it. The request itself does not wait: the client must
 * retry. Uses one statement and the clock of the database. Expired rows are deleted like all others in
 * `rate_limit`. Throws `database_unavailable`.
 */
async function remainingWait(db: Database, key: string, { waitSeconds, openSeconds }: Slowdown): Promise<number> {
  const wholeSeconds = waitSeconds + openSeconds
  try {
    const result = await db.execute(sql`
      insert into rate_limit as held (key, count, window_ends_at)
      values (${`wait:${key}`}, 1, now() + make_interval(secs => ${wholeSeconds}::int))
      on conflict (key) do update set window_ends_at =
        case when held.window_ends_at <= now() then excluded.window_ends_at else held.window_ends_at end
      returning ceil(extract(epoch from window_ends_at - now()) - ${openSeconds}::int)::int as seconds`)
    const { seconds = waitSeconds } = rowsOf(result, z.object({ seconds: z.number() }))[0] ?? {}
    return Math.min(waitSeconds, Math.max(0, seconds))
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}
