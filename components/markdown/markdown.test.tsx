import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown } from '@/components/markdown/markdown'
import { InEnglish } from '@/tests/services/in-english'

/** Renders without classes and directions, so that the tests compare only the structure. */
const render = (text: string) =>
  renderToStaticMarkup(
    <InEnglish>
      <Markdown text={text} complete />
    </InEnglish>,
  )
    .replaceAll(/ (?:class|dir)="[^"]*"/g, '')
    .replace(/^<div>(.*)<\/div>$/s, '$1')

describe('Markdown', () => {
  it.each([
    ['**a** *b* ~~c~~ `d<e>`', '<p><strong>a</strong> <em>b</em> <del>c</del> <code>d&lt;e&gt;</code></p>'],
    ['one  \ntwo', '<p>one<br/>two</p>'],
    ['# A\n\n## B', '<h3>A</h3><h3>B</h3>'],
    ['> q', '<blockquote><p>q</p></blockquote>'],
    ['---', '<hr/>'],
    ['3. c\n4. d', '<ol start="3"><li>c</li><li>d</li></ol>'],
    ['- a\n  - b', '<ul><li>a<ul><li>b</li></ul></li></ul>'],
    ['a &amp; b &#8364; &unknown; \\*', '<p>a &amp; b € &amp;unknown; *</p>'],
    ['`&amp;`', '<p><code>&amp;amp;</code></p>'],
  ])('renders %j', (text, html) => {
    expect(render(text)).toBe(html)
  })

  it('renders task lists as disabled, named checkboxes', () => {
    const html = render('- [ ] a\n- [x] b')
    expect(html).toContain('<input type="checkbox" disabled="" aria-label="Not done"/><div>a</div>')
    expect(html).toContain('disabled="" aria-label="Done" checked=""/><div>b</div>')
  })

  it('renders tables with their headers', () => {
    const html = render('| a | b |\n|---|--:|\n| 1 | **2** |')
    expect(html).toContain('<thead><tr><th>a</th><th>b</th></tr></thead>')
    expect(html).toContain('<tr><td>1</td><td><strong>2</strong></td></tr>')
  })

  it('renders an unclosed fence as code with its language', () => {
    const html = render('```python title=x\nprint("<b>")')
    expect(html).toContain('>python</span>')
    expect(html).toContain('<pre><code>print(&quot;&lt;b&gt;&quot;)</code></pre>')
  })

  it('shows raw HTML as text', () => {
    expect(render('<script>alert(1)</script>\n\nx <img src=y onerror=z> &lt;b&gt;')).toBe(
      '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>x &lt;img src=y onerror=z&gt; &lt;b&gt;</p>',
    )
  })

  it('opens links in a new tab with the target as title', () => {
    expect(render('[a](https://example.org/x?y=1&z=2)')).toBe(
      '<p><a href="https://example.org/x?y=1&amp;z=2" title="https://example.org/x?y=1&amp;z=2" target="_blank" rel="noopener noreferrer nofollow">a</a></p>',
    )
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '/api/auth/sign-out',
    'vbscript:x',
    '//evil.example',
    'https://bank.example@evil.example/',
    'http://a:b@evil.example/',
  ])('renders %s without a link', (href) => {
    const html = render(`[a](${href}) <${href}> ![i](${href})`)
    expect(html).not.toContain('href=')
    expect(html).not.toContain('src=')
  })

  it.each([
    ['[bank.example](https://evil.example/x)', 'evil.example'],
    ['[go to www.bank.example/login](https://evil.example/x)', 'evil.example'],
    ['[the bank](https://evil.example/x)', null],
    ['[www.bank.example](https://bank.example/x)', null],
    ['[bank.example](https://login.bank.example/)', null],
    ['https://bank.example/x', null],
  ])('%j shows the host %j after the link', (text, host) => {
    const shown = /<\/a><span> \((.*?)\)<\/span>/.exec(render(text))?.[1] ?? null
    expect(shown).toBe(host)
  })

  it('renders footnotes as plain text', () => {
    expect(render('a[^1]\n\n[^1]: note')).toBe('<p>a[^1]</p><p>[^1]: note</p>')
  })

  it('sets the text direction of every block separately', () => {
    const html = renderToStaticMarkup(
      <InEnglish>
        <Markdown text={'# مرحبا\n\none\n\n- two\n\n> three\n\n| a |\n|---|\n| b |'} complete />
      </InEnglish>,
    )
    const bare = [...html.matchAll(/<(?:h3|p|ul|blockquote|td|th)\b(?![^>]*dir="auto")[^>]*>/g)].map(([tag]) => tag)
    expect(bare).toEqual([])
  })

  it('never loads an image', () => {
    const html = render('![a cat](https://example.org/cat.png) [![b](https://example.org/b.png)](https://example.org)')
    expect(html).not.toContain('<img')
    expect(html).toContain('>Image: a cat</a><span> (https://example.org/cat.png)</span>')
    expect(html).not.toMatch(/<a[^>]*>[^<]*<a/)
  })
})
