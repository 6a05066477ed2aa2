import { expect, test, vi } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { findKnownDevice, hasOtherCookies, knownDeviceCookie } from './known-device'

const keys = openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'x'.repeat(32) })
const otherKeys = openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'y'.repeat(32) })
const [ada, bob] = ['ada@example.com', 'bob@example.com']
const cookieFor = (email: string, ring = keys) =>
  knownDeviceCookie(ring, email, { device: null, secure: true }).split(';')[0] ?? ''
const found = (cookie: string, email = ada) => findKnownDevice(keys, new Headers({ cookie }), email)

test('recognizes a device only for an account to which it has signed in', () => {
  const cookie = `a=b; ${cookieFor(bob)}; ${cookieFor(ada)}`
  expect(found(cookie)?.id).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(found(cookie, bob)?.id).not.toBe(found(cookie)?.id)
  expect(found(cookie, 'eve@example.com')).toBeNull()
})

test('keeps the id of a known device when it signs in again', () => {
  const device = found(cookieFor(ada))
  const renewed = knownDeviceCookie(keys, ada, { device, secure: false })
  expect(found(renewed.split(';')[0] ?? '')).toEqual(device)
  expect(renewed).toMatch(/; Path=\/api\/auth; HttpOnly; SameSite=Strict$/)
})

test('rejects a cookie that is altered, expired, for another account or signed by another key ring', () => {
  const cookie = cookieFor(ada)
  const [name, value = ''] = cookie.split('=')
  const [id, expires, signature] = value.split('.')
  const [, valueOfBob] = cookieFor(bob).split('=')
  for (const forged of [
    `${id}.${Number(expires) + 1}.${signature}`,
    `${id}.${expires}.`,
    `${id}.${expires}`,
    valueOfBob,
    '',
  ])
    expect(found(`${name}=${forged}`), forged).toBeNull()
  expect(found(`${name}=${cookieFor(ada, otherKeys).split('=')[1]}`)).toBeNull()
  vi.spyOn(Date, 'now').mockReturnValue(Number(expires) * 1000)
  expect(found(cookie)).toBeNull()
  vi.restoreAllMocks()
})

test('finds cookies other than those of known devices', () => {
  expect(hasOtherCookies(new Headers())).toBe(false)
  expect(hasOtherCookies(new Headers({ cookie: `${cookieFor(ada)}; ${cookieFor(bob)}` }))).toBe(false)
  expect(hasOtherCookies(new Headers({ cookie: `${cookieFor(ada)}; better-auth.session_token=x` }))).toBe(true)
})
