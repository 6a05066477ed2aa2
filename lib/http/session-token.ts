import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Environment } from '@/lib/env'

type SigningSecret = Pick<Environment, 'BETTER_AUTH_SECRET'>

/**
 * The session token of a bearer with a valid signature, or null. better-auth accepts the same bearers. Any other value
 * of `Authorization` is ignored, and the cookie decides.
 */
export function signedBearerToken(headers: Headers, { BETTER_AUTH_SECRET }: SigningSecret): string | null {
  const [, sent] = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  const [token = '', signature = ''] = decoded(sent ?? '').split('.')
  if (!isToken(token)) return null
  const expected = createHmac('sha256', BETTER_AUTH_SECRET).update(token).digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}

/**
 * The session token in the request's cookie, without a check of its signature. It may be used for a read that runs in
 * parallel with the session query; the result counts only if that query finds the session.
 */
export function claimedCookieToken(headers: Headers, cookieName: string): string | null {
  const token = cookieValue(headers, cookieName)?.split('.')[0]
  return token && isToken(token) ? token : null
}

/** The value of the first cookie with this name. */
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
