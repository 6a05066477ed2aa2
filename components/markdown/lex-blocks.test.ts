import { describe, expect, it } from 'vitest'
import { createBlockLexer, holdBack } from '@/components/markdown/lex-blocks'
import { lexMarkdown } from '@/components/markdown/lex-markdown'

const text = `# Title

Intro with **bold**
and a second line
===

- one
- two

  still two
  - nested

    \`\`\`js
    let a = 1
    \`\`\`
1. first

2. second

> quote
lazy line

> > deeper

intro
| a | b |
|---|:-:|
| 1 | \`x|y\` |

\`\`\`ts
const x = '# no heading'

- no list
\`\`\`

    indented

    code

<div>
html

</div>

---
* [ ] task
* [x] done

~~~
tilde
~~~
Money: $5 and 10$, but $x^2$ and
$$
a = b
$$
and \\[ c \\] and \\(d\\).

$$ e = f $$

last **line** [ref] [^1]
`

describe('createBlockLexer', () => {
  it.each([1, 2, 3, 7, 31])('finds the blocks of the whole text when it grows by %i characters', (step) => {
    const lex = createBlockLexer()
    for (let end = step; end < text.length; end += step) {
      const prefix = text.slice(0, end)
      const raws = lex(prefix, false).map(({ token }) => [token.type, token.raw])
      expect(raws, prefix.slice(-60)).toEqual(lexMarkdown(holdBack(prefix)).map((token) => [token.type, token.raw]))
    }
  })

  it('returns the same objects for settled blocks while the text grows', () => {
    const lex = createBlockLexer()
    const [first] = lex('One.\n\nTwo', false)
    const [again, , last] = lex('One.\n\nTwo and more', false)
    expect(again).toBe(first)
    expect(last?.token.raw).toBe('Two and more')
  })

  it('starts over if the text does not extend the previous one', () => {
    const lex = createBlockLexer()
    lex('One.\n\nTwo', false)
    expect(lex('Other', false).map(({ token }) => token.raw)).toEqual(['Other'])
  })

  it('returns the same objects for the unchanged items of a growing list', () => {
    const lex = createBlockLexer()
    const items = (text: string) => {
      const token = lex(text, false).at(-1)?.token
      return token?.type === 'list' ? token.items : []
    }
    const [first] = items('- one\n- two')
    const [again, second] = items('- one\n- two and')
    expect(again).toBe(first)
    expect(second?.text).toBe('two and')
  })

  it('returns the blocks of the whole text once it is complete', () => {
    const lex = createBlockLexer()
    for (let end = 1; end <= text.length; end += 5) lex(text.slice(0, end), false)
    const raws = lex(text, true).map(({ token }) => token.raw)
    expect(raws).toEqual(lexMarkdown(text).map((token) => token.raw))
  })

  it('parses an unclosed fence as code', () => {
    const [block] = createBlockLexer()('```py\nprint(1)', false)
    expect(block?.token).toMatchObject({ type: 'code', lang: 'py', text: 'print(1)' })
  })

  it('resolves a late link definition once the text is complete', () => {
    const lex = createBlockLexer()
    const whole = 'See [x].\n\nMore.\n\n[x]: https://example.org'
    for (let end = 1; end <= whole.length; end++) lex(whole.slice(0, end), false)
    const [block] = lex(whole, true)
    expect(JSON.stringify(block?.token)).toContain('"href":"https://example.org"')
  })
})
