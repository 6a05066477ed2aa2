import { expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { type LogAddress, type LogEntry, openEntry, sealEntry } from './event-log'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const log: LogAddress = { userId: 'ada', scope: 'u:t', fence: 7 }
const entry: LogEntry = { seq: 3, events: ['{"a":"\n"}', '🐟', ''], isLast: false }

test.each([entry, { ...entry, events: [], isLast: true }])('openEntry returns the entry that was sealed', (one) => {
  expect(openEntry(keys, log, 3, sealEntry(keys, log, one))).toEqual(one)
})

test.each<[string, LogAddress, number]>([
  ['a log of another user', { ...log, userId: 'eve' }, 3],
  ['a log of another scope', { ...log, scope: 'u:u' }, 3],
  ['the log of another run', { ...log, fence: 8 }, 3],
  ['another position', log, 4],
  ['an invalid position', log, Number.NaN],
])('openEntry returns null for an entry that was moved to %s', (_, elsewhere, seq) => {
  expect(openEntry(keys, elsewhere, seq, sealEntry(keys, log, entry))).toBeNull()
})
