import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { open, seal } from './envelope'
import { keyedHash, openKeyRing } from './key-ring'

const BETTER_AUTH_SECRET = 'a secret of at least thirty-two characters'
const oldKey = { kid: '2026-01', key: Buffer.alloc(32, 1).toString('base64') }
const newKey = { kid: '2026-02', key: Buffer.alloc(32, 2).toString('base64') }
const ring = (...keys: { kid: string; key: string }[]) =>
  openKeyRing({ BETTER_AUTH_SECRET, ANSWER_CACHE_KEYS: keys.length > 0 ? keys : undefined })
const address = { userId: 'ada', scope: 's', entryId: 'e' }

test('seals with a new first key, opens with the old key, and keeps all hashes', () => {
  const [before, after] = [ring(oldKey), ring(newKey, oldKey)]
  expect(after.sealing.map(({ kid }) => kid)).toEqual(['2026-02', '2026-01'])
  expect(keyedHash(after, 'x', 'question')).toBe(keyedHash(before, 'x', 'question'))
  expect(open(after, address, seal(before, address, 'text'))).toBe('text')
  expect(open(before, address, seal(after, address, 'text'))).toBeNull()
})

test('does not open old envelopes and changes all hashes after the old key was removed', () => {
  const [before, after] = [ring(newKey, oldKey), ring(newKey)]
  expect(keyedHash(after, 'x', 'question')).not.toBe(keyedHash(before, 'x', 'question'))
  expect(open(after, address, seal(ring(oldKey), address, 'text'))).toBeNull()
})

test('derives the keys from BETTER_AUTH_SECRET if there are no others', () => {
  const other = openKeyRing({ BETTER_AUTH_SECRET: `${BETTER_AUTH_SECRET}.`, ANSWER_CACHE_KEYS: undefined })
  expect(ring().sealing.map(({ kid }) => kid)).toEqual(['auth'])
  expect(open(ring(), address, seal(ring(), address, 'text'))).toBe('text')
  expect(open(other, address, seal(ring(), address, 'text'))).toBeNull()
  expect(keyedHash(other, 'x', 'a')).not.toBe(keyedHash(ring(), 'x', 'a'))
})

test('accepts keys in base64 and base64url', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index))
  const [plain, url] = [
    ring({ kid: 'k', key: bytes.toString('base64') }),
    ring({ kid: 'k', key: bytes.toString('base64url') }),
  ]
  expect(keyedHash(plain, 'x', 'a')).toBe(keyedHash(url, 'x', 'a'))
})

test('shows no key when it is printed or serialized', () => {
  const shown = inspect(ring(newKey, oldKey), { depth: 9 }) + JSON.stringify(ring(newKey, oldKey))
  expect(shown).not.toContain(Buffer.alloc(32, 2).toString('base64').slice(0, 12))
  expect(shown).not.toMatch(/02 02 02|01 01 01/)
})
