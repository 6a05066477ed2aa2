import { expect, test } from 'vitest'
import { secondsUntilRoom } from './rate-limit-request'

const limit = { max: 20, windowSeconds: 60 }

/** The library's own rule, asked millisecond by millisecond until it lets one more in. */
function firstRoomMs({ current, previous, elapsedMs }: { current: number; previous: number; elapsedMs: number }) {
  for (let ms = elapsedMs; ms < 180_000; ms++) {
    const [now, before] = ms < 60_000 ? [current, previous] : ms < 120_000 ? [0, current] : [0, 0]
    if (Math.floor((1 - (ms % 60_000) / 60_000) * before) + now < limit.max) return ms - elapsedMs
  }
  return Number.POSITIVE_INFINITY
}

test.each([
  ['full by its own', { current: 20, previous: 0, elapsedMs: 5_000 }],
  ['full, after a full one', { current: 20, previous: 20, elapsedMs: 59_000 }],
  ['a full one has just ended', { current: 0, previous: 20, elapsedMs: 0 }],
  ['half of each', { current: 10, previous: 20, elapsedMs: 10_000 }],
  ['one more than the limit of now: it was lowered', { current: 33, previous: 4, elapsedMs: 1_234 }],
])('a caller who is refused hears when to come back: %s', (_, state) => {
  const seconds = secondsUntilRoom(limit, state)
  const room = firstRoomMs(state)
  expect(seconds * 1000).toBeGreaterThanOrEqual(room)
  expect(seconds * 1000).toBeLessThanOrEqual(room + 1_001)
})

test('a caller who has room hears when the window ends', () => {
  expect(secondsUntilRoom(limit, { current: 1, previous: 0, elapsedMs: 18_500 })).toBe(42)
  expect(secondsUntilRoom(limit, { current: -1, previous: 0, elapsedMs: 59_999 })).toBe(1)
})
