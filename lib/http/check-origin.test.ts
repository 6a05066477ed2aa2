import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseEnvironment } from '@/lib/env'
import { checkAuthOrigin, checkOrigin } from './check-origin'
import { claimedIdentity, sessionHeaders } from './claimed-identity'

const secret = 'a-secret-of-more-than-thirty-two-characters'
const own = 'http://localhost:3000'
const env = parseEnvironment({
  DATABASE_URL: 'postgres://localhost/none',
  BETTER_AUTH_SECRET: secret,
  BETTER_AUTH_URL: own,
  CHAT_MODEL: 'offline',
})
const signed = (token: string) => `${token}.${createHmac('sha256', secret).update(token).digest('base64')}`
const cookie = `better-auth.session_token=${encodeURIComponent(signed('of-the-cookie'))}`
const bearer = `Bearer ${signed('of-the-bearer')}`
const key = `gf_${'k'.repeat(43)}`

const isRefused = (check: typeof checkOrigin, headers: Record<string, string>, method = 'POST') => {
  try {
    check(new Request(`${own}/api/x`, { method, headers }), env)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'origin_mismatch' })
    return true
  }
}
const forgeries: [string, Record<string, string>][] = [
  ['no other credential', {}],
  ['Basic credentials', { authorization: 'Basic eDp5' }],
  ['an empty Authorization', { authorization: '' }],
  ['an unsigned bearer', { authorization: 'Bearer of-the-bearer' }],
  ['a bearer signed with another secret', { authorization: `${bearer.slice(0, -3)}AA=` }],
  ['a malformed key', { 'x-api-key': 'gf_short' }],
  ['two different keys', { 'x-api-key': key, authorization: `Bearer gf_${'j'.repeat(43)}` }],
  ['a Referer of this site', { referer: `${own}/` }],
]

describe('checkOrigin and checkAuthOrigin', () => {
  test.each(forgeries)('requires the Origin of this site for a write with a cookie and %s', (_, more) => {
    for (const check of [checkOrigin, checkAuthOrigin]) {
      expect(isRefused(check, { cookie, ...more })).toBe(true)
      expect(isRefused(check, { cookie, ...more, origin: 'https://evil.example' })).toBe(true)
      expect(isRefused(check, { cookie, ...more, origin: 'null' })).toBe(true)
      expect(isRefused(check, { cookie, ...more, origin: own, 'sec-fetch-site': 'cross-site' })).toBe(true)
      expect(isRefused(check, { cookie, ...more, origin: own })).toBe(false)
    }
  })

  test('accepts any Origin if a signed bearer or a well-formed key identifies the caller', () => {
    for (const headers of [{ authorization: bearer }, { 'x-api-key': key }, { authorization: `Bearer ${key}` }])
      expect(isRefused(checkOrigin, { cookie, ...headers, origin: 'https://evil.example' })).toBe(false)
  })

  test('requires no Origin for reads', () => {
    for (const method of ['GET', 'HEAD']) expect(isRefused(checkOrigin, { cookie }, method)).toBe(false)
  })
})

test('allows requests without a cookie to begin a session only from this site or from a program', () => {
  expect(isRefused(checkAuthOrigin, {})).toBe(false)
  expect(isRefused(checkAuthOrigin, { 'sec-fetch-mode': 'cors' })).toBe(false)
  expect(isRefused(checkAuthOrigin, { origin: own, 'sec-fetch-site': 'same-origin' })).toBe(false)
  expect(isRefused(checkAuthOrigin, { origin: 'https://evil.example' })).toBe(true)
  expect(isRefused(checkAuthOrigin, { 'sec-fetch-site': 'cross-site' })).toBe(true)
  expect(isRefused(checkAuthOrigin, { origin: own, 'sec-fetch-site': 'same-site' })).toBe(true)
})

describe('claimedIdentity', () => {
  const identify = (sent: Record<string, string>) => {
    const headers = new Headers(sent)
    const passedOn = sessionHeaders(headers, env)
    const credentials = ['authorization', 'cookie'].filter((name) => passedOn.has(name))
    return { identity: claimedIdentity(headers, env), credentials }
  }

  test.each(forgeries.slice(0, 5))(
    'uses the cookie if it is sent with %s, and passes only the cookie to better-auth',
    (_, more) => {
      expect(identify({ cookie, ...more })).toEqual({
        identity: { by: 'session', token: 'of-the-cookie' },
        credentials: ['cookie'],
      })
    },
  )

  test.each([bearer, bearer.replace('Bearer', 'bearer'), `Bearer ${encodeURIComponent(signed('of-the-bearer'))}`])(
    'uses a signed bearer (%s) before a cookie, and passes only the bearer to better-auth',
    (authorization) => {
      expect(identify({ cookie, authorization })).toEqual({
        identity: { by: 'session', token: 'of-the-bearer' },
        credentials: ['authorization'],
      })
    },
  )

  test('returns null for a malformed key, regardless of other credentials', () => {
    expect(identify({ cookie, authorization: bearer, 'x-api-key': 'gf_short' }).identity).toBeNull()
  })
})
