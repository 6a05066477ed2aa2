import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { marked } from 'marked'
import { writeFileSync } from 'node:fs'
import { lexMarkdown } from '@/components/markdown/lex-markdown'
const spec = createRequire('/tmp/md/spec/')('commonmark-spec')
const esc = (s: string) => s.replace(/&/g,'&amp;').replace(/</g,'&lt;').replace(/>/g,'&gt;').replace(/"/g,'&quot;')
const inl = (ts: any[]): string => ts.map((t) => {
  switch (t.type) {
    case 'text': return esc(t.text)
    case 'codespan': return `<code>${esc(t.text)}</code>`
    case 'br': return '<br />\n'
    case 'em': case 'strong': case 'del': return `<${t.type}>${inl(t.tokens)}</${t.type}>`
    case 'link': return `<a href="${esc(t.href)}">${inl(t.tokens)}</a>`
    case 'image': return `<img src="${esc(t.href)}" alt="${esc(t.text)}" />`
    case 'maths': return `<math>${esc(t.tex)}</math>`
  }
}).join('')
const blk = (ts: any[]): string => ts.map((t) => {
  switch (t.type) {
    case 'heading': return `<h${t.depth}>${inl(t.tokens)}</h${t.depth}>\n`
    case 'paragraph': return `<p>${inl(t.tokens)}</p>\n`
    case 'text': return inl(t.tokens)+'\n'
    case 'code': return `<pre><code${t.lang ? ` class="language-${esc(t.lang.split(/\s/)[0])}"` : ''}>${esc(t.text)}${t.text?'\n':''}</code></pre>\n`
    case 'list': { const tag = t.ordered ? 'ol' : 'ul'; return `<${tag}${t.ordered && t.start !== 1 ? ` start="${t.start}"` : ''}>\n${t.items.map((i: any) => `<li>\n${blk(i.tokens)}</li>\n`).join('')}</${tag}>\n` }
    case 'blockquote': return `<blockquote>\n${blk(t.tokens)}</blockquote>\n`
    case 'hr': return '<hr />\n'
    case 'html': return esc(t.text) + '\n'
    case 'table': return '<table>'
    case 'maths': return `<math>${esc(t.tex)}</math>`
    case 'plain': return 'PLAIN'
    default: return ''
  }
}).join('')
const norm = (h: string) => h.replace(/ title="[^"]*"/g,'').replace(/\s*\n\s*/g, '\n').replace(/>\n/g,'>').replace(/\n</g,'<').replace(/href="([^"]*)"/g, (_, x) => { try { return `href="${decodeURI(x)}"` } catch { return _ } }).replace(/&quot;/g,'"').trim()
it('spec', () => {
  const bad: string[] = []; let ok = 0; const by: Record<string, number[]> = {}
  for (const t of spec.tests) {
    const md = t.markdown.replace(/→/g, '\t'), html = t.html.replace(/→/g, '\t')
    const mine = norm(blk(lexMarkdown(md)))
    const b = (by[t.section] ??= [0, 0])
    // raw HTML is text here
    const want = norm(html)
    const m = norm(marked.parse(md) as string)
    if (mine === want) { ok++; b[0]!++ } else { b[1]!++; bad.push(`#${t.number} ${t.section} marked:${m === want}\n${JSON.stringify(md)}\nwant ${JSON.stringify(want)}\nmine ${JSON.stringify(mine)}`) }
  }
  writeFileSync('/tmp/md/spec.txt', `${ok}/${spec.tests.length}\n${JSON.stringify(by, null, 1)}\n\n${bad.join('\n\n')}`)
})
