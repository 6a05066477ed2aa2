import { expect, it } from 'vitest'
import { lexMarkdown } from '@/components/markdown/lex-markdown'
import type { BlockToken, InlineToken, ListItem } from '@/lib/contract/markdown-token'

type Token = BlockToken | InlineToken | ListItem

/** Returns the formulas of a text. Display formulas are enclosed in double dollars. */
function formulas(text: string): string[] {
  const collect = (tokens: readonly Token[]): string[] =>
    tokens.flatMap((token) => {
      if ('tex' in token) return [token.display ? `$$${token.tex}$$` : token.tex]
      return collect('tokens' in token ? token.tokens : 'items' in token ? token.items : [])
    })
  return collect(lexMarkdown(text))
}

it.each([
  ['so $x$ and $y_1$', ['x', 'y_1']],
  ['$a = b$, $\\frac{1}{2}$.', ['a = b', '\\frac{1}{2}']],
  ['\\(a\\) and \\[ b \\]', ['a', '$$b$$']],
  ['in a line $$c$$ too', ['$$c$$']],
  ['text\n$$\nd = e\n$$\nmore', ['$$d = e$$']],
  ['\\[\nf\n\\]', ['$$f$$']],
  ['- item $g$\n\n  $$h$$', ['g', '$$h$$']],
  ['**bold $i$**', ['i']],
  ['$5 and $10', []],
  ['$5-$10, $20 or 30$ today', []],
  ['from 5$ to 10$', []],
  ['US$5 and A$6 each', []],
  ['$HOME/bin:$PATH', []],
  ['costs $1,000 (about $900)', []],
  ['`$x$` and\n\n```\n$$y$$\n```', []],
  ['\\$x\\$', []],
  ['$ x $', []],
  ['$$a\n\nb$$', []],
  ['\\(a\n\nb\\)', []],
])('finds in %j the formulas %j', (text, expected) => {
  expect(formulas(text)).toEqual(expected)
})
