import { describe, expect, it } from 'vitest'
import { normalizeText } from './normalize-text'

describe('normalizeText', () => {
  it.each([
    'Ångström',
    'e\u0301e\u0316\u0301',
    'ﷺ ½ ﾊﾞﾟ Ｗｉｄｅ',
    'דָּבָר كِتَابٌ हिन्दी ภาษาไทย 한국어',
    '👩🏽\u200d💻 \ud83d',
    `a${'\u0316\u0301'.repeat(15)} and ${'much more text '.repeat(9)}`,
  ])('returns what String.prototype.normalize returns: %j', (text) => {
    for (const form of ['NFC', 'NFKC', 'NFKD'] as const) expect(normalizeText(text, form)).toBe(text.normalize(form))
  })

  it.each(['\u0316\u0301', '\uff9e\u0316'])('sorts at most 30 marks at once in a run of %j', (marks) => {
    const text = normalizeText(`a${marks.repeat(100)}`, 'NFKD')
    const runs = text.split('\u034f')
    expect(runs.length).toBe(7)
    expect(Math.max(...runs.map((run) => run.length))).toBe(31)
  })

  it('does not change text that it has normalized', () => {
    const text = normalizeText(`a${'\u0316\u0301'.repeat(100)}`, 'NFKC')
    expect(normalizeText(text, 'NFKC')).toBe(text)
  })

  it('keeps a run of 31 marks distinct from a run of 30', () => {
    expect(normalizeText(`a${'\u0316'.repeat(31)}`, 'NFC')).not.toBe(normalizeText(`a${'\u0316'.repeat(30)}`, 'NFC'))
  })
})
