import { expect, it } from 'vitest'
import { lexMarkdown } from '@/components/markdown/lex-markdown'

it.each(['$', '$$', '\\(', '\\[', '$x', '\n$$', '[', '![', '**', '`', '*a ', '_a ', '<a ', '> ', '- ', '|', '\n|'])(
  'parses a text that consists only of %j',
  (mark) => {
    const text = mark.repeat(2500)
    const raw = lexMarkdown(text).map((token) => token.raw)
    expect(raw.join('')).toHaveLength(text.length)
  },
)

it.each([
  ['quotations', '> '.repeat(500)],
  ['lists', Array.from({ length: 300 }, (_, level) => `${'  '.repeat(level)}- a`).join('\n')],
  ['emphasis', `${'*a **b '.repeat(300)}${'** *'.repeat(300)}`],
])('bounds the depth of nested %s', (_, text) => {
  const depthOf = (token: unknown): number => {
    if (typeof token !== 'object' || token === null) return 0
    return 1 + Math.max(0, ...Object.values(token).map(depthOf))
  }
  expect(depthOf(lexMarkdown(text))).toBeLessThan(130)
})
