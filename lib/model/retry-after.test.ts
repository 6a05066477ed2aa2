import { expect, test } from 'vitest'
import { retryAfterSeconds } from './classify-model-error'

const now = Date.parse('2026-11-21T12:00:00Z')

test.each<[Record<string, string>, number | null]>([
  [{}, null],
  [{ 'retry-after': '2' }, 2],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1.5],
  [{ 'retry-after': '-3' }, null],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '' }, null],
  [{ 'retry-after': '99999999999' }, 86_400],
  [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30],
  [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': '2', 'retry-after-ms': '250' }, 0.25],
])('reads the headers %j as a wait of %j seconds', (headers, seconds) => {
  expect(retryAfterSeconds(headers, now)).toBe(seconds)
})
