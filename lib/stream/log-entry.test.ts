import { expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { type LogAddress, type LogEntry, openEntry, sealEntry } from './event-log'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const log: LogAddress = { userId: 'ada', scope: 'u:t', fence: 7 }
const entry: LogEntry = { seq: 3, events: ['{"a":"\n"}', '🐟', ''], isLast: false }

test.each([entry, { ...entry, events: [], isLast: true }])('gives back what was sealed', (one) => {
  expect(openEntry(keys, log, 3, sealEntry(keys, log, one))).toEqual(one)
})

test.each<[string, LogAddress, number]>([
  ['of another user', { ...log, userId: 'eve' }, 3],
  ['of another scope', { ...log, scope: 'u:u' }, 3],
  ['of another run', { ...log, fence: 8 }, 3],
  ['at another place', log, 4],
  ['at no place', log, Number.NaN],
])('does not open in a log %s', (_, elsewhere, seq) => {
  expect(openEntry(keys, elsewhere, seq, sealEntry(keys, log, entry))).toBeNull()
})
