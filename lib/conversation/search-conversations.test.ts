import { expect, test } from 'vitest'
import { makeSnippet } from './search-conversations'
import { queryWords } from './search-words'

function snippetOf(text: string, query: string) {
  const snippet = makeSnippet(text, queryWords(query))
  expect(snippet.text.isWellFormed()).toBe(true)
  expect(snippet.text).not.toMatch(/[\n\t]/)
  return { ...snippet, matches: snippet.matches.map(([start, end]) => snippet.text.slice(start, end)) }
}

test('returns a short text as one line', () => {
  expect(snippetOf('One\nfine\tday', 'day')).toEqual({ text: 'One fine day', matches: ['day'] })
})

test('returns the text around the first match, with an ellipsis at each cut', () => {
  const { text, matches } = snippetOf(`${'before '.repeat(60)}Goldfish ${'behind '.repeat(60)}`, 'GOLD')
  expect(text).toMatch(/^….*…$/)
  expect(text.length).toBeLessThan(230)
  expect(matches).toEqual(['Gold'])
})

test('does not cut inside surrogate pairs', () => {
  for (let length = 0; length < 4; length++) snippetOf(`${'x'.repeat(length)}${'👍'.repeat(300)} end`, 'end')
})

test('returns no matches if none of the words occur', () => {
  expect(snippetOf('Nothing of it', 'goldfish').matches).toEqual([])
})

test('removes common Markdown marks but not similar characters', () => {
  expect(snippetOf('## Tides\nThe **Moon** and `high_water`', 'moon')).toEqual({
    text: 'Tides The Moon and high_water',
    matches: ['Moon'],
  })
  const bare = '2**3**4 is __init__, * or # or **'
  expect(snippetOf(bare, 'init').text).toBe(bare)
})
