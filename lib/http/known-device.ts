import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { cookieValue } from './claimed-identity'

/** The longest lifetime of a cookie that browsers accept. */
const lifeSeconds = 400 * 24 * 60 * 60

/**
 * A device that has signed in to an account before, recognized by a signed cookie (the "device cookie" of OWASP). The
 * cookie does not authenticate. Failed sign-ins from the device are counted separately, so that guesses from other
 * devices cannot lock the owner out. The cookie identifies the account only by a keyed hash.
 */
export type KnownDevice = { id: string }

/** Returns the device that a valid cookie proves for this account, otherwise null. */
export function findKnownDevice(keys: KeyRing, headers: Headers, email: string): KnownDevice | null {
  const [id = '', expires = '', signature = ''] = (cookieValue(headers, cookieNameFor(keys, email)) ?? '').split('.')
  if (!/^[A-Za-z0-9_-]{22}$/.test(id) || !/^\d{1,12}$/.test(expires)) return null
  const [expected, given] = [signatureOf(keys, email, id, expires), signature].map((text) => Buffer.from(text))
  if (!expected || !given || expected.length !== given.length || !timingSafeEqual(expected, given)) return null
  return Number(expires) * 1000 > Date.now() ? { id } : null
}

/** Returns the `Set-Cookie` line for a device that has just signed in. A known device keeps its id. */
export function knownDeviceCookie(
  keys: KeyRing,
  email: string,
  { device, secure }: { device: KnownDevice | null; secure: boolean },
): string {
  const id = device?.id ?? randomBytes(16).toString('base64url')
  const expires = String(Math.floor(Date.now() / 1000) + lifeSeconds)
  const value = [id, expires, signatureOf(keys, email, id, expires)].join('.')
  const attributes = `Max-Age=${lifeSeconds}; Path=/api/auth; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  return `${cookieNameFor(keys, email)}=${value}; ${attributes}`
}

/** Whether the request carries a cookie other than those of this file. */
export function hasOtherCookies(headers: Headers): boolean {
  const names = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('=')[0] ?? '')
  return names.some((name) => name !== '' && !name.startsWith(namePrefix))
}

const namePrefix = 'goldfish-device-'

/**
 * Returns the name of the cookie of an account. Each account has its own, so that several people can share a browser.
 */
const cookieNameFor = (keys: KeyRing, email: string) =>
  `${namePrefix}${keyedHash(keys, 'known device: name', email).slice(0, 10)}`

const signatureOf = (keys: KeyRing, email: string, id: string, expires: string) =>
  keyedHash(keys, 'known device', email, id, expires)
