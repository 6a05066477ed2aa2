import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { holdBack } from '@/components/markdown/lex-blocks'
import { Markdown } from '@/components/markdown/markdown'
import { InEnglish } from '@/tests/services/in-english'

describe('holdBack', () => {
  it.each([
    ['text\n-', 'text'],
    ['text\n--', 'text'],
    ['text\n##', 'text'],
    ['text\n12.', 'text'],
    ['text\n```', 'text'],
    ['text\n```py', 'text'],
    ['text\n- [', 'text'],
    ['- [x] done **no', '- [x] done **no**'],
    ['text\n| a | b', 'text'],
    ['text\n| a | b |\n|--', 'text'],
    ['| a | b |\n|---|---|\n| **x', '| a | b |\n|---|---|\n| **x**'],
    ['| a | b |\n|---|---|\n', '| a | b |\n|---|---|\n'],
    ['```js\na **b\n``', '```js\na **b'],
    ['```js\na **b [c](d', '```js\na **b [c](d'],
    ['```js\n- ', '```js\n- '],
    ['- one\n- two *it', '- one\n- two *it*'],
    ['> said **it', '> said **it**'],
    ['a **b\n\nc *d', 'a **b\n\nc *d*'],
    ['## Head **it', '## Head **it**'],
  ])('shows %j as %j', (tail, shown) => {
    expect(holdBack(tail)).toBe(shown)
  })
})

const answer = `Intro with **bold text**, *emphasis*, \`code span\`, ~~gone~~ and [a link](https://example.org/path_(x)).

1. **First** step with [link](https://example.org)
2. Second \`step\`
   - nested *item*

- [ ] to do
- [x] done

| Name | **Value** |
|------|:---------:|
| one  | \`1\`     |
| two  | **2**     |

Formulas \\(x^2\\), $y_1$ and $$z = 1$$ in text.

> A quotation with **bold**

### A heading with *emphasis*

\`\`\`python
print("**no bold**")
\`\`\`

End.`

it('shows no Markdown marks at any length of a streaming answer', { timeout: 60_000 }, () => {
  const shown = (text: string) =>
    renderToStaticMarkup(createElement(InEnglish, null, createElement(Markdown, { text, complete: false })))
      .replace(/<pre[\s\S]*?(?:<\/pre>|$)/g, '')
      .replace(/<[^>]*>/g, '')
  const flashes: string[] = []
  for (let end = 1; end <= answer.length; end++) {
    const text = shown(answer.slice(0, end))
    if (/[*`[\]|~$]|\\|\]\(|https:|---|^#|\n#/.test(text)) flashes.push(`${end}: ${text.slice(-60)}`)
  }
  expect(flashes).toEqual([])
})

it('shows more text with each chunk of a streaming answer', () => {
  let longest = 0
  for (let end = 1; end <= answer.length; end++) {
    const { length } = holdBack(answer.slice(0, end)).replaceAll(/[*`~[\]|\s]/g, '')
    // Only marks and formulas may be held back, never text that was already visible.
    expect(length, answer.slice(0, end).slice(-40)).toBeGreaterThan(longest - 30)
    longest = Math.max(longest, length)
  }
})
