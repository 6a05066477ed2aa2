import { describe, expect, it } from 'vitest'
import { oneLineName } from '@/lib/contract/name'

describe('oneLineName', () => {
  it.each([
    ['  Ada  Lovelace ', 'Ada Lovelace'],
    ['Zoe\u0308', 'Zo\u00eb'],
    ['عبد الله', 'عبد الله'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['क्\u200dष', 'क्\u200dष'],
    ['👩\u200d💻', '👩\u200d💻'],
    ['❤\ufe0f', '❤\ufe0f'],
    ["O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."],
    ['𝒜'.repeat(80), '𝒜'.repeat(80)],
  ])('accepts %j', (text, name) => {
    expect(oneLineName.parse(text)).toBe(name)
  })

  it.each([
    ['nothing', ''],
    ['only spaces', ' \u3000 '],
    ['81 characters', 'a'.repeat(81)],
    ['81 characters outside the basic plane', '𝒜'.repeat(81)],
    ['15 KB', 'a'.repeat(15_000)],
    ['two lines', 'Ada\nLovelace'],
    ['a carriage return', 'Ada\rLovelace'],
    ['a tab', 'Ada\tLovelace'],
    ['NUL', 'Ada\0'],
    ['DEL', 'Ada\x7fB'],
    ['a C1 control', 'Ada\u0085B'],
    ['a line separator', 'Ada\u2028B'],
    ['a paragraph separator', 'Ada\u2029B'],
    ['a right-to-left override', 'Ada\u202eB'],
    ['a left-to-right embedding', 'Ada\u202aB'],
    ['an isolate', 'Ada\u2066B\u2069'],
    ['a left-to-right mark', 'Ada\u200eB'],
    ['an Arabic letter mark', 'Ada\u061cB'],
    ['a zero-width space', 'Ada\u200bB'],
    ['a joiner without a meaning', 'Ada\u200dB'],
    ['a non-joiner without a meaning', 'Ada\u200cB'],
    ['a word joiner', 'Ada\u2060B'],
    ['a byte order mark inside', 'Ada\ufeffB'],
    ['a soft hyphen', 'Ada\u00adB'],
    ['a tag character', 'Ada\u{e0041}B'],
    ['a Hangul filler', '\u3164'],
    ['a braille blank', '\u2800'],
    ['half a surrogate pair', 'Ada\ud800'],
    ['a private use character', 'Ada\ue000'],
    ['combining marks alone', '\u0301\u0301'],
  ])('rejects %s', (_, text) => {
    expect(oneLineName.safeParse(text).success).toBe(false)
  })
})
