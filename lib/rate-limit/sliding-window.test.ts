import { expect, test } from 'vitest'
import { secondsUntilRoom } from './rate-limit-request'

const limit = { max: 20, windowSeconds: 60 }

/** Applies the rule of the library for each millisecond until it allows one more request. */
function nextAllowedMs({ current, previous, elapsedMs }: { current: number; previous: number; elapsedMs: number }) {
  for (let ms = elapsedMs; ms < 180_000; ms++) {
    const [now, before] = ms < 60_000 ? [current, previous] : ms < 120_000 ? [0, current] : [0, 0]
    if (Math.floor((1 - (ms % 60_000) / 60_000) * before) + now < limit.max) return ms - elapsedMs
  }
  return Number.POSITIVE_INFINITY
}

test.each([
  ['a full current window', { current: 20, previous: 0, elapsedMs: 5_000 }],
  ['a full current and a full previous window', { current: 20, previous: 20, elapsedMs: 59_000 }],
  ['a full window that has just ended', { current: 0, previous: 20, elapsedMs: 0 }],
  ['two windows that are full together', { current: 10, previous: 20, elapsedMs: 10_000 }],
  ['a count above a limit that was lowered', { current: 33, previous: 4, elapsedMs: 1_234 }],
])('returns the seconds until the next allowed request after %s', (_, state) => {
  const seconds = secondsUntilRoom(limit, state)
  const allowedMs = nextAllowedMs(state)
  expect(seconds * 1000).toBeGreaterThanOrEqual(allowedMs)
  expect(seconds * 1000).toBeLessThanOrEqual(allowedMs + 1_001)
})

test('returns the end of the window if a request is allowed now', () => {
  expect(secondsUntilRoom(limit, { current: 1, previous: 0, elapsedMs: 18_500 })).toBe(42)
  expect(secondsUntilRoom(limit, { current: -1, previous: 0, elapsedMs: 59_999 })).toBe(1)
})
