import { expect, test } from 'vitest'
import { formatPosition, type LogAddress, logKey, parsePosition, signalChannel } from './event-log'

const log: LogAddress = { userId: 'ada', scope: 'u:t', fence: 7 }

test('key and channel names contain the fence of the run and a hash tag', () => {
  expect(logKey(log)).toBe('gf:1:log:{u:t}:7')
  expect(logKey({ ...log, fence: 8 })).not.toBe(logKey(log))
  expect(signalChannel({ ...log, fence: 8 })).not.toBe(signalChannel(log))
})

test('parsePosition reads a formatted position and rejects that of another run', () => {
  expect(parsePosition(log, formatPosition(log, 12))).toBe(12)
  expect(parsePosition({ ...log, fence: 8 }, formatPosition(log, 12))).toBeNull()
})

test.each(['', '7', '7-', '-1', '7--1', '7-1.5', '7-01', '07-1', '7-1 ', '7-9999999999999999', '7-x', 'x\n7-1'])(
  'parsePosition returns null for %j',
  (position) => {
    expect(parsePosition(log, position)).toBeNull()
  },
)
