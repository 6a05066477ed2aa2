import { sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import { type Allowance, consumeRateLimit } from '@/lib/rate-limit/consume-rate-limit'
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
  /** The e-mail address that the request names, normalized by `accountOf`. */
  email: string | null
  /** The device, if it has signed in to that account before. */
  device: KnownDevice | null
  /** The claimed session token. */
  token: string | null
}

type AuthAllowance = {
  headers: Record<string, string>
  /**
   * The account has received enough emails for now. The last link still works, so no further email needs to be sent.
   */
  mailIsEnough: boolean
  /** Refunds the limits of failed guesses, for a request that was not one. */
  giveBackGuess: () => Promise<void>
}

type Stores = { redis: RedisHandle; db: Database; keys: KeyRing }

/**
 * While many sites guess at one account, an unknown device gets a `Retry-After` of five seconds, and may then try for a
 * minute. Each site waits separately, so that an attacker cannot use up the owner's attempts.
 */
const slowdown = Object.freeze({ waitSeconds: 5, openSeconds: 60 })

/**
 * Consumes the limits of a request to an account route before better-auth handles it, which also bounds parallel
 * guesses. Throws `rate_limited` or `database_unavailable`. Decision 0031 has the reasons and the numbers.
 */
export async function consumeAuthRateLimit(
  stores: Stores,
  settings: RateLimitSettings,
  limit: AuthRoute['limit'],
  caller: AuthCaller,
): Promise<AuthAllowance> {
  const taken = await consumeRateLimit(stores, demandsFor(stores.keys, settings, limit, caller))
  if (!taken.allowed) throw rateLimited(taken)
  const giveBackGuess = () => taken.giveBack(guessRows)
  const allowance = { headers: rateLimitHeaders(taken), mailIsEnough: false, giveBackGuess }
  const { email } = caller
  if (email === null || caller.device !== null) return allowance
  if (limit === 'mail') {
    const mails = await consumeRateLimit(stores, accountDemand(stores.keys, settings, 'reset-account-anywhere', email))
    return { ...allowance, mailIsEnough: !mails.allowed }
  }
  if (limit !== 'sign-in') return allowance
  const everywhere = await takeFromEverywhere(stores, settings, { email, site: siteOf(caller.address) }, taken)
  return {
    ...allowance,
    giveBackGuess: async () => {
      await Promise.all([giveBackGuess(), everywhere.giveBack()])
    },
  }
}

/** The limits that count failures. `auth` counts every request, because checking a correct password costs work too. */
const guessRows = Object.freeze([
  'sign-in',
  'sign-in-day',
  'sign-in-account',
  'sign-in-account-day',
  'password',
] as const)

function demandsFor(
  keys: KeyRing,
  settings: RateLimitSettings,
  limit: AuthRoute['limit'],
  { address, email, device, token }: AuthCaller,
): RateLimitRequest[] {
  const demands = (names: readonly PolicyName[], ...who: readonly string[]) =>
    rateLimitRequests(settings, names, keyedHash(keys, 'rate-limit', ...who))
  const network = (...names: PolicyName[]) => demands(names, networkOf(address))
  const site = (...names: PolicyName[]) => demands(names, siteOf(address))
  // A known device is counted separately: neither its neighbors nor strangers can use up its limits.
  const account = (...names: PolicyName[]) => {
    if (email === null) return []
    return device ? demands(names, 'device', email, device.id) : demands(names, 'site', email, siteOf(address))
  }
  switch (limit) {
    case 'sign-in': {
      const byAccount = account('sign-in-account', 'sign-in-account-day')
      const everyone = [...network('auth'), ...byAccount]
      return device ? everyone : [...network('sign-in'), ...site('sign-in-day'), ...everyone]
    }
    case 'sign-up':
      return [...network('sign-up'), ...site('sign-up-day'), ...account('confirmation-account')]
    case 'mail':
      return [...network('reset'), ...account('reset-account')]
    case 'password':
      return [...network('auth'), ...(token === null ? [] : demands(['password'], 'session', token))]
    case 'other':
      return network('auth')
  }
}

const accountDemand = (keys: KeyRing, settings: RateLimitSettings, name: PolicyName, email: string) =>
  rateLimitRequests(settings, [name], keyedHash(keys, 'rate-limit', 'account', email))

/**
 * Counts the guesses at one account from all sites together. Above the limit a site is slowed down instead of refused,
 * so the owner on a new device can sign in after the wait. Refunds the site's own limits if it has to wait.
 */
async function takeFromEverywhere(
  stores: Stores,
  settings: RateLimitSettings,
  { email, site }: { email: string; site: string },
  taken: Allowance,
): Promise<Allowance> {
  const demand = accountDemand(stores.keys, settings, 'sign-in-account-anywhere', email)
  const everywhere = await consumeRateLimit(stores, demand)
  if (everywhere.allowed) return everywhere
  const waiter = keyedHash(stores.keys, 'rate-limit', 'site', email, site)
  const retryAfterSeconds = await remainingWait(stores.db, waiter, slowdown)
  if (retryAfterSeconds === 0) return everywhere
  await taken.giveBack(guessRows)
  throw rateLimited({ ...taken, allowed: false, retryAfterSeconds })
}

/** The e-mail address as better-auth looks up accounts, without regard to case. Null if the body names none. */
export function accountOf(body: Readonly<Record<string, unknown>> | undefined): string | null {
  const email = body?.email
  return typeof email === 'string' ? email.trim().toLowerCase() : null
}

/** How long a caller must wait, and for how long it may then proceed before it must wait again. */
type WaitingTime = { waitSeconds: number; openSeconds: number }

/**
 * Returns the seconds that the caller named by `key` must still wait; 0 if it may proceed. The first call begins the
 * wait, and later calls neither shorten nor extend it, so callers with different keys do not affect each other. The
 * request itself does not wait: the caller must retry. Uses one statement and the database's clock. The row is swept
 * like every other row of `rate_limit`. Throws `database_unavailable`.
 */
async function remainingWait(db: Database, key: string, { waitSeconds, openSeconds }: WaitingTime): Promise<number> {
  const wholeSeconds = waitSeconds + openSeconds
  try {
    const result = await db.execute(sql`
      insert into rate_limit as held (key, count, window_ends_at)
      values (${`wait:${key}`}, 1, now() + make_interval(secs => ${wholeSeconds}::int))
      on conflict (key) do update set window_ends_at =
        case when held.window_ends_at <= now() then excluded.window_ends_at else held.window_ends_at end
      returning ceil(extract(epoch from window_ends_at - now()) - ${openSeconds}::int)::int as seconds`)
    const { seconds = waitSeconds } = rowsOf<{ seconds: number }>(result)[0] ?? {}
    return Math.min(waitSeconds, Math.max(0, seconds))
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}
