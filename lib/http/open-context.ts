import { after } from 'next/server'
import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { auth } from '@/lib/auth/auth'
import { findKey, isKeyValid, recordKeyUse } from '@/lib/auth/find-key'
import {
  type ClaimedIdentity,
  endSessionsAtMaxAge,
  hasReachedMaxAge,
  isFresh,
  isSessionValid,
} from '@/lib/auth/session-life'
import type { RequestContext } from '@/lib/context'
import type { KeyScope } from '@/lib/contract/api'
import { keyedHash, openKeyRing } from '@/lib/crypto/key-ring'
import { type Environment, readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { describeError, type Log } from '@/lib/log'
import { embedder, models } from '@/lib/model/client'
import { redis, subscriber } from '@/lib/redis/client'
import { waitUntilReady } from '@/lib/redis/connect'
import { settingsOf } from '@/lib/settings'
import { claimedIdentity, sessionHeaders } from './claimed-identity'
import { clientAddress, networkOf } from './client-address'

const redisConnectMs = 300

type OpenedContext<Early> = {
  context: RequestContext
  early: Early
  /** Cookies that the response must set because the session was renewed. */
  setCookie: string[]
}

/** The verified caller of a request. */
type Caller = {
  userId: UserId
  accountCreatedAt: Date
  emailVerified: boolean
  /** The scopes of an API key. Null for a session, which may use every scope. */
  scopes: readonly KeyScope[] | null
  /** Whether the user has signed in within the last day. Always false for an API key. */
  isFresh: boolean
  isStillValid: () => Promise<boolean>
  setCookie: string[]
  /** Records the use of an API key after the response. Null if there is nothing to record. */
  recordUse: (() => Promise<void>) | null
}

/** Returns the identity that the request claims. Throws `unauthenticated` if it claims none. */
export function requireClaim(headers: Headers, env: Environment): ClaimedIdentity {
  const identity = claimedIdentity(headers, env)
  if (!identity) throw new AppError('unauthenticated')
  return identity
}

/**
 * Looks up the claimed identity. The row of the session or key is read from Postgres on every request. Throws
 * `unauthenticated`, `insufficient_scope` if the key does not have `scope`, `session_not_fresh` if a recent sign-in
 * is required, and the errors of the database.
 */
export async function findCaller(
  headers: Headers,
  identity: ClaimedIdentity,
  { scope, fresh }: { scope: KeyScope | null; fresh: boolean },
): Promise<Caller> {
  const { db } = database()
  const env = readEnvironment()
  const caller = await (identity.by === 'key'
    ? callerByKey(db, identity.hash, env.SMTP_URL !== undefined)
    : callerBySession(db, sessionHeaders(headers, env)))
  if (!caller) throw new AppError('unauthenticated')
  if (caller.scopes && !(scope && caller.scopes.includes(scope))) throw new AppError('insufficient_scope')
  if (fresh && !caller.isFresh) throw new AppError('session_not_fresh')
  return caller
}

/**
 * Returns the context of the request. `find` looks up the caller. `readAlongside` runs at the same time for the
 * claimed identity, and its result is used only if that identity is valid. Throws the errors of `find`.
 */
export async function openContext<Early>(
  find: () => Promise<Caller>,
  frame: { requestId: string; log: Log; arrivedAt: number; headers: Headers; signal: AbortSignal },
  readAlongside: (db: Database) => Promise<Early>,
): Promise<OpenedContext<Early>> {
  const env = readEnvironment()
  const { db } = database()
  const redisHandle = redis()
  const [caller, early] = await Promise.all([
    find(),
    settled(readAlongside(db)),
    redisHandle && waitUntilReady(redisHandle, redisConnectMs),
  ])
  const { userId, scopes, recordUse, accountCreatedAt, emailVerified } = caller
  const network = networkOf(clientAddress(frame.headers, env.TRUSTED_PROXY_HOPS))
  const keys = openKeyRing(env)
  const context: RequestContext = {
    requestId: frame.requestId,
    userId,
    caller: { accountCreatedAt, emailVerified, network },
    scopes,
    db,
    redis: redisHandle,
    subscriber: subscriber(),
    model: models(),
    embedder: embedder(),
    keys,
    settings: settingsOf(env),
    limits: env.RATE_LIMITS,
    now: Date.now,
    arrivedAt: frame.arrivedAt,
    signal: frame.signal,
    isSignedIn: caller.isStillValid,
    waitUntil: (work) => after(work),
    log: frame.log.with({ user: keyedHash(keys, 'log', userId).slice(0, 12) }),
  }
  if (recordUse)
    context.waitUntil(
      recordUse().catch((error) => context.log.warn('key use not recorded', { error: describeError(error) })),
    )
  return { context, early: await early(), setCookie: caller.setCookie }
}

async function callerBySession(db: Database, headers: Headers): Promise<Caller | null> {
  const { response: found, headers: answered } = await auth().api.getSession({ headers, returnHeaders: true })
  if (!found) return null
  if (hasReachedMaxAge(found.session)) {
    await endSessionsAtMaxAge(db, found.session.token)
    return null
  }
  return {
    userId: found.user.id as UserId,
    accountCreatedAt: found.user.createdAt,
    emailVerified: found.user.emailVerified,
    scopes: null,
    isFresh: isFresh(found.session),
    isStillValid: () => isSessionValid(db, found.session.id),
    setCookie: answered.getSetCookie(),
    recordUse: null,
  }
}

/** `verifiedOnly` must be set if mail is configured. better-auth applies the same rule to sessions. */
async function callerByKey(db: Database, hash: string, verifiedOnly: boolean): Promise<Caller | null> {
  const key = await findKey(db, hash, { verifiedOnly })
  if (!key) return null
  return {
    userId: key.userId,
    accountCreatedAt: key.accountCreatedAt,
    emailVerified: key.emailVerified,
    scopes: key.scopes,
    isFresh: false,
    isStillValid: () => isKeyValid(db, key.id),
    setCookie: [],
    recordUse: key.isFirstToday ? () => recordKeyUse(db, key.id) : null,
  }
}

/**
 * Defers the error of a read until the session query beside it has finished, because a forged token must
 * result in 401 even if the read fails.
 */
async function settled<T>(work: Promise<T>): Promise<() => Promise<T>> {
  try {
    const value = await work
    return async () => value
  } catch (error) {
    return async () => {
      throw error
    }
  }
}
