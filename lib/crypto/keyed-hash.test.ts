import { expect, test } from 'vitest'
import { keyedHash, openKeyRing } from './key-ring'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })

test('returns different hashes for different parts and purposes', () => {
  const hashes = [
    keyedHash(keys, 'p', 'ab', 'c'),
    keyedHash(keys, 'p', 'a', 'bc'),
    keyedHash(keys, 'p', 'abc'),
    keyedHash(keys, 'p', 'abc', ''),
    keyedHash(keys, 'p', '', 'abc'),
    keyedHash(keys, 'pa', 'bc'),
    keyedHash(keys, 'q', 'abc'),
    keyedHash(keys, 'p', 'ab\u0000\u0000\u0000\u0001c'),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('returns 43 characters that need no escaping in a key name', () => {
  expect(keyedHash(keys, 'p', '{:*}\n')).toMatch(/^[\w-]{43}$/)
  expect(keyedHash(keys, 'p', '{:*}\n')).toBe(keyedHash(keys, 'p', '{:*}\n'))
})
