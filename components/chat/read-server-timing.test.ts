import { expect, it } from 'vitest'
import { readServerTiming } from '@/components/chat/read-server-timing'

it.each([
  ['auth;dur=3, open;dur=5.5,cache;desc="x";dur=0', ['auth 3', 'open 5.5', 'cache 0']],
  ['miss, auth;dur=abc, ;dur=1', []],
  [null, []],
])('reads the durations of the Server-Timing header %j', (header, read) => {
  expect(readServerTiming(header).map(({ name, ms }) => `${name} ${ms}`)).toEqual(read)
})
