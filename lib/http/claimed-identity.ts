/* Mechanisms used: auth. */
import { hashKey, isKey, keyPrefix } from '@/lib/auth/api-key'
import type { ClaimedIdentity } from '@/lib/auth/claimed-identity'
import { claimedSessionToken } from './session-token'

/**
 * Who a request claims to come from. Where a key is sent it decides alone, whatever cookie comes along: nothing is ever
 * wider than the key, and a key that is no good is not made up for by a session. Null: nobody.
 */
export function claimedIdentity(headers: Headers, cookieName: string): ClaimedIdentity | null {
  if (sendsKey(headers)) {
    const key = sentKey(headers)
    return key === null ? null : { by: 'key', hash: hashKey(key) }
  }
  const token = claimedSessionToken(headers, cookieName)
  return token === null ? null : { by: 'session', token }
}

/** Whether a request comes with an API key, be it a good one or not. Never in its address: those are written down. */
export const sendsKey = (headers: Headers) => headers.has('x-api-key') || bearerKey(headers) !== null

/** The one key that was sent, in either header; null if it is none of ours, or if the two are not the same. */
function sentKey(headers: Headers): string | null {
  const [inHeader, asBearer] = [headers.get('x-api-key'), bearerKey(headers)]
  const key = inHeader ?? asBearer
  return key !== null && isKey(key) && (asBearer === null || asBearer === key) ? key : null
}

/** What stands as a bearer and begins like a key; no token of a session does. */
function bearerKey(headers: Headers): string | null {
  const [scheme, value = ''] = (headers.get('authorization') ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && value.startsWith(keyPrefix) ? value : null
}
