/* Mechanisms used: auth, crypto, model, redis. The only place where a request's context is put together. */
import { after } from 'next/server'
import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { auth } from '@/lib/auth/auth'
import { sessionCookieName } from '@/lib/auth/create-auth'
import { sessionHolds } from '@/lib/auth/session-holds'
import { hasOutlived } from '@/lib/auth/session-life'
import type { RequestContext } from '@/lib/context'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import type { Log } from '@/lib/log'
import { embedder, models } from '@/lib/model/client'
import { redis, subscriber } from '@/lib/redis/client'
import { waitUntilReady } from '@/lib/redis/connect'
import { claimedSessionToken } from './session-token'

const redisConnectMs = 300

export type OpenedContext<Early> = {
  context: RequestContext
  early: Early
  /** Cookies that renewing the session wants set. */
  setCookie: string[]
}

/**
 * Finds out who is asking and hands over everything the request may touch. The session is a row in Postgres, read on
 * every request; `readAlongside` runs at the same time with the token as claimed, and its result is handed on only when
 * the session holds. Throws `unauthenticated`, or what the database throws.
 */
export async function openContext<Early>(
  request: Request,
  frame: { requestId: string; log: Log; arrivedAt: number },
  readAlongside: (db: Database, sessionToken: string) => Promise<Early>,
): Promise<OpenedContext<Early>> {
  const env = readEnvironment()
  const token = claimedSessionToken(request.headers, sessionCookieName(env))
  if (!token) throw new AppError('unauthenticated')
  const { db } = database()
  const redisHandle = redis()
  const [session, early] = await Promise.all([
    auth().api.getSession({ headers: request.headers, returnHeaders: true }),
    settled(readAlongside(db, token)),
    redisHandle && waitUntilReady(redisHandle, redisConnectMs),
  ])
  const found = session.response
  if (!found || hasOutlived(found.session)) throw new AppError('unauthenticated')
  const keys = openKeyRing(env)
  const userId = found.user.id as UserId
  const context: RequestContext = {
    requestId: frame.requestId,
    userId,
    db,
    redis: redisHandle,
    subscriber: subscriber(),
    model: models(),
    embedder: embedder(),
    keys,
    settings: {
      systemPrompt: env.systemPrompt,
      answerCacheDefault: env.ANSWER_CACHE_DEFAULT,
      shareAfter: env.ANSWER_CACHE_SHARE_AFTER,
      embedTimeoutMs: env.ANSWER_CACHE_EMBED_TIMEOUT_MS,
      cacheMaxBytes: env.ANSWER_CACHE_MAX_BYTES,
    },
    limits: env.RATE_LIMITS,
    now: Date.now,
    arrivedAt: frame.arrivedAt,
    signal: request.signal,
    isSignedIn: () => sessionHolds(db, found.session.id),
    hold: (work) => after(work),
    log: frame.log.with({ user: keyedHash(keys, 'log', userId).slice(0, 12) }),
  }
  return { context, early: await early(), setCookie: session.headers.getSetCookie() }
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
