import { createHmac, timingSafeEqual } from 'node:crypto'
import { sessionCookieName } from '@/lib/auth/create-auth'
import { hashKey, isKey, keyPrefix } from '@/lib/auth/find-key'
import type { ClaimedIdentity } from '@/lib/auth/session-life'
import type { Environment } from '@/lib/env'

/**
 * Returns the one identity that a request claims, or null. The order is: an API key, then a bearer with a valid
 * signature, then the session cookie. A request that carries a key must never be identified by anything else: an
 * invalid key results in 401 even if a cookie is sent with it.
 */
export function claimedIdentity(headers: Headers, env: Environment): ClaimedIdentity | null {
  if (sendsKey(headers)) {
    const key = sentKey(headers)
    return key === null ? null : { by: 'key', hash: hashKey(key) }
  }
  const token = signedBearerToken(headers, env) ?? claimedCookieToken(headers, sessionCookieName(env))
  return token === null ? null : { by: 'session', token }
}

/**
 * Whether the identity comes from a header that only a program can set. Browsers attach cookies to the requests of
 * every site, so a request for which this is false must prove where it comes from.
 */
export function isIdentifiedByHeader(headers: Headers, env: Environment): boolean {
  if (sendsKey(headers)) return sentKey(headers) !== null
  return signedBearerToken(headers, env) !== null
}

/**
 * Returns the headers with which better-auth finds the session that `claimedIdentity` names. The other credential is
 * removed, so that both always identify the same caller.
 */
export function sessionHeaders(headers: Headers, env: Environment): Headers {
  if (!headers.has('authorization')) return headers
  const remaining = new Headers(headers)
  remaining.delete(signedBearerToken(headers, env) === null ? 'authorization' : 'cookie')
  return remaining
}

/** Whether a request carries an API key, valid or not. Keys in the URL are ignored, because URLs are logged. */
export const sendsKey = (headers: Headers) => headers.has('x-api-key') || bearerKey(headers) !== null

/** Returns the key from either header, or null if it is malformed or the two headers differ. */
function sentKey(headers: Headers): string | null {
  const [inHeader, asBearer] = [headers.get('x-api-key'), bearerKey(headers)]
  const key = inHeader ?? asBearer
  return key !== null && isKey(key) && (asBearer === null || asBearer === key) ? key : null
}

/** Returns the bearer if it begins like an API key, otherwise null. No session token begins with this prefix. */
function bearerKey(headers: Headers): string | null {
  const [scheme, value = ''] = (headers.get('authorization') ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && value.startsWith(keyPrefix) ? value : null
}

type SigningSecret = Pick<Environment, 'BETTER_AUTH_SECRET'>

/**
 * Returns the session token of a bearer with a valid signature, or null. better-auth accepts the same bearers. Any
 * other value of `Authorization` is ignored, and the cookie decides.
 */
function signedBearerToken(headers: Headers, { BETTER_AUTH_SECRET }: SigningSecret): string | null {
  const [, sent] = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  const [token = '', signature = ''] = decoded(sent ?? '').split('.')
  if (!isToken(token)) return null
  const expected = createHmac('sha256', BETTER_AUTH_SECRET).update(token).digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}

/**
 * Returns the session token in the cookie without checking its signature. It may be used for a read that runs in
 * parallel with the session query. The result of that read must be discarded unless the query finds the session.
 */
function claimedCookieToken(headers: Headers, cookieName: string): string | null {
  const token = cookieValue(headers, cookieName)?.split('.')[0]
  return token && isToken(token) ? token : null
}

/** Returns the value of the first cookie with this name. */
export function cookieValue(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

const isToken = (text: string) => /^[A-Za-z0-9_-]{1,256}$/.test(text)

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
