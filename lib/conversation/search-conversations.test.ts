import { expect, test } from 'vitest'
import { makeSnippet } from './search-conversations'
import { wantedWords } from './search-words'

function shown(text: string, query: string) {
  const snippet = makeSnippet(text, wantedWords(query))
  expect(snippet.text.isWellFormed()).toBe(true)
  expect(snippet.text).not.toMatch(/[\n\t]/)
  return { ...snippet, matches: snippet.matches.map(([start, end]) => snippet.text.slice(start, end)) }
}

test('a short text is shown whole, in one line', () => {
  expect(shown('One\nfine\tday', 'day')).toEqual({ text: 'One fine day', matches: ['day'] })
})

test('a long one around its first match, with marks where it is cut', () => {
  const { text, matches } = shown(`${'before '.repeat(60)}Goldfish ${'behind '.repeat(60)}`, 'GOLD')
  expect(text).toMatch(/^….*…$/)
  expect(text.length).toBeLessThan(230)
  expect(matches).toEqual(['Gold'])
})

test('characters of two units are not cut', () => {
  for (let length = 0; length < 4; length++) shown(`${'x'.repeat(length)}${'👍'.repeat(300)} end`, 'end')
})

test('what only a title has is shown without marks where nothing fits', () => {
  expect(shown('Nothing of it', 'goldfish').matches).toEqual([])
})

test('Markdown’s commonest marks are left out; what only looks like them stays', () => {
  expect(shown('## Tides\nThe **Moon** and `high_water`', 'moon')).toEqual({
    text: 'Tides The Moon and high_water',
    matches: ['Moon'],
  })
  const bare = '2**3**4 is __init__, * or # or **'
  expect(shown(bare, 'init').text).toBe(bare)
})
