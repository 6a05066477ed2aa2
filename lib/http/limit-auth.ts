/* Mechanisms used: rate-limit, crypto. */
import type { Database } from '@/db/connect'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { type Allowance, consumeAllowance } from '@/lib/rate-limit/consume-allowance'
import { type Demand, demandsOf, type RateLimitSettings } from '@/lib/rate-limit/demand'
import type { PolicyName } from '@/lib/rate-limit/policies'
import { rateLimited, rateLimitHeaders } from '@/lib/rate-limit/rate-limit-headers'
import { remainingWait } from '@/lib/rate-limit/waiting-time'
import type { RedisHandle } from '@/lib/redis/connect'
import type { AuthRoute } from './auth-routes'
import { networkOf, siteOf } from './client-address'
import type { KnownDevice } from './known-device'

/** The caller of an account route, as its limits tell callers apart. */
export type AuthCaller = {
  address: string | null
  /** The e-mail address that the request names, as `accountOf` spells it. */
  email: string | null
  /** The device, if it has signed in to that account before. */
  device: KnownDevice | null
  /** The claimed session token. */
  token: string | null
}

export type AuthAllowance = {
  headers: Record<string, string>
  /** The account has had enough mails for now; the last one still works, so no further one needs to be sent. */
  mailIsEnough: boolean
  /** Gives back what only failed guesses cost, for a request that was none. */
  giveBackGuess: () => Promise<void>
}

type Stores = { redis: RedisHandle; db: Database; keys: KeyRing }

/**
 * While many sites guess at one account, a device that has not signed in before is told to come back after five seconds,
 * and may then try for a minute. Each site waits by itself, so no attacker can use up the owner's turn.
 */
const slowdown = Object.freeze({ waitSeconds: 5, openSeconds: 60 })

/**
 * Takes what a request to an account route costs before better-auth sees it, so that guesses sent in parallel are
 * bounded, too. Throws `rate_limited` or `database_unavailable`. Decision 0031 has the reasons and the numbers.
 */
export async function takeAuthAllowance(
  stores: Stores,
  settings: RateLimitSettings,
  limit: AuthRoute['limit'],
  caller: AuthCaller,
): Promise<AuthAllowance> {
  const taken = await consumeAllowance(stores, demandsFor(stores.keys, settings, limit, caller))
  if (!taken.allowed) throw rateLimited(taken)
  const giveBackGuess = () => taken.giveBack(guessRows)
  const allowance = { headers: rateLimitHeaders(taken), mailIsEnough: false, giveBackGuess }
  const { email } = caller
  if (email === null || caller.device !== null) return allowance
  if (limit === 'mail') {
    const mails = await consumeAllowance(stores, accountDemand(stores.keys, settings, 'reset-account-anywhere', email))
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

/** The rows that count failures. The row `auth` beside them counts every request, because a right password costs work, too. */
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
): Demand[] {
  const demands = (names: readonly PolicyName[], ...who: readonly string[]) =>
    demandsOf(settings, names, keyedHash(keys, 'rate-limit', ...who))
  const network = (...names: PolicyName[]) => demands(names, networkOf(address))
  const site = (...names: PolicyName[]) => demands(names, siteOf(address))
  // A known device is counted by itself: neither its neighbors nor strangers can use up what it may do.
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
  demandsOf(settings, [name], keyedHash(keys, 'rate-limit', 'account', email))

/**
 * Counts the guesses at one account from all sites together. Above the limit a site is slowed down instead of refused:
 * the owner on a new device gets in after the wait. Gives back what the site's own rows have taken if it has to wait.
 */
async function takeFromEverywhere(
  stores: Stores,
  settings: RateLimitSettings,
  { email, site }: { email: string; site: string },
  taken: Allowance,
): Promise<Allowance> {
  const demand = accountDemand(stores.keys, settings, 'sign-in-account-anywhere', email)
  const everywhere = await consumeAllowance(stores, demand)
  if (everywhere.allowed) return everywhere
  const waiter = keyedHash(stores.keys, 'rate-limit', 'site', email, site)
  const retryAfterSeconds = await remainingWait(stores.db, waiter, slowdown)
  if (retryAfterSeconds === 0) return everywhere
  await taken.giveBack(guessRows)
  throw rateLimited({ ...taken, allowed: false, retryAfterSeconds })
}

/** An e-mail address as better-auth looks accounts up: without regard to case. Null if the body names none. */
export function accountOf(body: Readonly<Record<string, unknown>> | undefined): string | null {
  const email = body?.email
  return typeof email === 'string' ? email.trim().toLowerCase() : null
}
