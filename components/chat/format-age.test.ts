import { describe, expect, it } from 'vitest'
import { formatAge } from '@/components/chat/format-age'

describe('formatAge', () => {
  it.each([
    [3, 'a moment old'],
    [60, '1 min old'],
    [310, '5 min old'],
    [3600, '60 min old'],
    [7200, '2 h old'],
    [172_800, '2 days old'],
  ])('says %i seconds as "%s"', (seconds, words) => {
    expect(formatAge(seconds)).toBe(words)
  })
})
