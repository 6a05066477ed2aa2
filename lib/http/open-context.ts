/* The only place where a request's context is put together. */
import { after } from 'next/server'
import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { auth } from '@/lib/auth/auth'
import { findKey, keyHolds, recordKeyUse } from '@/lib/auth/find-key'
import { type ClaimedIdentity, endOutlivedSessions, hasOutlived, isFresh, sessionHolds } from '@/lib/auth/session-life'
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

export type OpenedContext<Early> = {
  context: RequestContext
  early: Early
  /** Cookies that renewing the session wants set. */
  setCookie: string[]
}

/** Who is asking, once it is known that the session or the key holds. */
type Caller = {
  userId: UserId
  accountCreatedAt: Date
  emailVerified: boolean
  /** What a key may do; null: everything, because somebody is signed in. */
  scopes: readonly KeyScope[] | null
  /** Somebody has signed in lately. */
  isFresh: boolean
  stillHolds: () => Promise<boolean>
  setCookie: string[]
  /** What is to be noted of it behind the response. */
  note: (() => Promise<void>) | null
}

/** Returns the identity that the request claims. Throws `unauthenticated` if it claims none. */
export function requireClaim(headers: Headers, env: Environment): ClaimedIdentity {
  const identity = claimedIdentity(headers, env)
  if (!identity) throw new AppError('unauthenticated')
  return identity
}

/**
 * Looks up the claimed identity: the row of a session or key is read from Postgres on every request. Throws
 * `unauthenticated`, `insufficient_scope` if the key does not have `scope`, `session_not_fresh` if a recent sign-in is
 * needed, and the errors of the database.
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
 * Returns the context of the request. `find` looks up the caller. `readAlongside` runs at the same time with the
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
  const { userId, scopes, note, accountCreatedAt, emailVerified } = caller
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
    isSignedIn: caller.stillHolds,
    waitUntil: (work) => after(work),
    log: frame.log.with({ user: keyedHash(keys, 'log', userId).slice(0, 12) }),
  }
  if (note)
    context.waitUntil(note().catch((error) => context.log.warn('use not noted', { error: describeError(error) })))
  return { context, early: await early(), setCookie: caller.setCookie }
}

async function callerBySession(db: Database, headers: Headers): Promise<Caller | null> {
  const { response: found, headers: answered } = await auth().api.getSession({ headers, returnHeaders: true })
  if (!found) return null
  if (hasOutlived(found.session)) {
    await endOutlivedSessions(db, found.session.token)
    return null
  }
  return {
    userId: found.user.id as UserId,
    accountCreatedAt: found.user.createdAt,
    emailVerified: found.user.emailVerified,
    scopes: null,
    isFresh: isFresh(found.session),
    stillHolds: () => sessionHolds(db, found.session.id),
    setCookie: answered.getSetCookie(),
    note: null,
  }
}

/** `verifiedOnly` is set if mail is configured. better-auth's own look-up rejects sessions the same way. */
async function callerByKey(db: Database, hash: string, verifiedOnly: boolean): Promise<Caller | null> {
  const key = await findKey(db, hash, { verifiedOnly })
  if (!key) return null
  return {
    userId: key.userId,
    accountCreatedAt: key.accountCreatedAt,
    emailVerified: key.emailVerified,
    scopes: key.scopes,
    isFresh: false,
    stillHolds: () => keyHolds(db, key.id),
    setCookie: [],
    note: key.isFirstToday ? () => recordKeyUse(db, key.id) : null,
  }
}

/** Lets a read fail without failing the session query beside it: a forged token must end in 401, not in its error. */
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
