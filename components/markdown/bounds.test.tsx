import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { lexMarkdown, maxBlockCharacters, maxParsedCharacters } from '@/components/markdown/lex-markdown'
import { Markdown } from '@/components/markdown/markdown'
import { renderShare } from '@/components/markdown/render-share'
import { adversarialTexts } from '@/tests/markdown/adversarial-texts'
import { InEnglish } from '@/tests/services/in-english'

const render = (text: string) =>
  renderToStaticMarkup(
    <InEnglish>
      <Markdown text={text} complete />
    </InEnglish>,
  )

describe('bounds of rendered Markdown', () => {
  it('shows a paragraph over the bound as plain text without losing text', () => {
    const text = '**a** '.repeat(maxBlockCharacters / 6 + 1).trim()
    expect(render(text)).toContain(text)
    expect(render('**a**')).toContain('<strong')
  })

  it('shows text after the bound of an answer as plain text', () => {
    const paragraph = `${'word '.repeat(200)}\n\n`
    const text = `${paragraph.repeat(Math.ceil(maxParsedCharacters / paragraph.length))}**the end**`
    const last = lexMarkdown(text).at(-1)
    expect(last?.type).toBe('plain')
    expect(last?.raw.endsWith('**the end**')).toBe(true)
  })

  it.each(adversarialTexts)('renders %s as a bounded number of elements', (_, make) => {
    const html = render(make(64 * 1024))
    expect(html.match(/<[a-z]/g)?.length ?? 0).toBeLessThan(20_000)
    expect(html.length).toBeLessThan(3_000_000)
  })
})

describe('renderShare', () => {
  it('bounds the total number of elements of all answers and keeps their text', async () => {
    const text = '- *a* b\n'.repeat(400)
    const messages = Array.from({ length: 40 }, () => ({ role: 'assistant' as const, text }))
    const rendered = await renderShare(messages)
    const kinds = rendered.map((message) =>
      message.role === 'assistant' ? message.blocks.map(({ type }) => type) : [],
    )
    expect(kinds[0]).toEqual(['list'])
    expect(kinds.at(-1)).toEqual(['plain'])
    expect(JSON.stringify(rendered.at(-1))).toContain(JSON.stringify(text).slice(1, -1))
  })

  it('stores no copy of the source with the tokens', async () => {
    const [message] = await renderShare([{ role: 'assistant', text: '- one **two**\n\n| a |\n|---|\n| cell |' }])
    const stored = JSON.stringify(message)
    expect(stored.match(/two/g)).toHaveLength(1)
    expect(stored.match(/cell/g)).toHaveLength(1)
  })

  it.each<[string, string[]]>([
    ['between two answers', ['a', 'a', 'a', 'a', 'a']],
    ['within the lines of one answer', ['- a\n'.repeat(10_000)]],
    ['within the paragraphs of one answer', [`${'word '.repeat(1_600)}\n\n`.repeat(16)]],
  ])('yields to other work %s', async (_, texts) => {
    let [served, isDone] = [0, false]
    const serve = () => {
      served += 1
      if (!isDone) setImmediate(serve)
    }
    setImmediate(serve)
    await renderShare(texts.map((text) => ({ role: 'assistant', text })))
    isDone = true
    expect(served).toBeGreaterThanOrEqual(5)
  })
})
