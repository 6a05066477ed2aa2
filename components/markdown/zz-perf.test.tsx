import { writeFileSync } from 'node:fs'
import { it } from 'vitest'
import { renderToStaticMarkup } from 'react-dom/server'
import { Markdown } from '@/components/markdown/markdown'
import { InEnglish } from '@/tests/services/in-english'
import { lexMarkdown } from '@/components/markdown/lex-markdown'
import { createBlockLexer } from '@/components/markdown/lex-blocks'
import { holdBack } from '@/components/markdown/hold-back'
const atoms = ['*','_','[',']','(',')','!','`','~','<','>','$','|','-','+','#','&','\\',' ','\n','a','b','**','__','~~','$$','\\(','\\[','\\]','](','](b)','![','> ','- ','1. ','```','|-|\n','| a ','http://','www.a.b','a@b.c','&amp;','[a]: b\n','\n\n','    ','<a ','<!--','"',"'",'[^','\t']
let seed = 7
const rnd = () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff)
const gens: [string, string][] = []
const size = 65536
for (const a of atoms) gens.push([`rep ${JSON.stringify(a)}`, a.repeat(Math.ceil(size / a.length)).slice(0, size)])
const N = Number(process.env.N ?? 150)
for (let i = 0; i < N; i++) {
  const len = 1 + Math.floor(rnd() * 5)
  const p = Array.from({ length: len }, () => atoms[Math.floor(rnd() * atoms.length)]).join('')
  const q = Array.from({ length: len }, () => atoms[Math.floor(rnd() * atoms.length)]).join('')
  gens.push([`rep ${JSON.stringify(p)}`, p.repeat(Math.ceil(size / p.length)).slice(0, size)])
  gens.push([`half ${JSON.stringify(p)} ${JSON.stringify(q)}`, (p.repeat(Math.ceil(size / 2 / p.length)).slice(0, size / 2) + q.repeat(Math.ceil(size / 2 / q.length))).slice(0, size)])
  gens.push([`pre ${JSON.stringify(q)} ${JSON.stringify(p)}`, (q + p.repeat(Math.ceil(size / p.length))).slice(0, size)])
}
for (let i = 0; i < N; i++) { let s = ''; const w = atoms.filter(() => rnd() < 0.3); if (!w.length) continue; while (s.length < size) s += w[Math.floor(rnd() * w.length)]; gens.push([`rand ${JSON.stringify(w)}`, s.slice(0, size)]) }
it('perf', { timeout: 3_000_000 }, () => {
  const rows: [number, string][] = []
  const t = (name: string, f: () => unknown) => { let best = 1e9; for (let k = 0; k < 2; k++) { const a = performance.now(); f(); best = Math.min(best, performance.now() - a) } rows.push([best, name]) }
  for (const [name, text] of gens) {
    t('lex ' + name, () => { const r = lexMarkdown(text); if (r.map((b) => b.raw).join('') !== text) rows.push([99999, 'RAW ' + name]) })
    t('hold ' + name, () => holdBack(text))
    if (process.env.SSR) t('ssr ' + name, () => renderToStaticMarkup(<InEnglish><Markdown text={text} complete /></InEnglish>))
    if (process.env.STREAM) t('stream ' + name, () => { const lex = createBlockLexer(); for (let e = 20; e <= text.length; e += 20) lex(text.slice(0, e), false); lex(text, true) })
  }
  rows.sort((a, b) => b[0] - a[0])
  writeFileSync('/tmp/md/perf.txt', rows.slice(0, 60).map(([ms, n]) => `${ms.toFixed(1)} ${n}`).join('\n') + '\n' + ['lex','hold','ssr','stream'].map((k) => { const r = rows.filter(([, n]) => n.startsWith(k)); return `${k} n=${r.length} max=${r[0]?.[0]} median=${r[Math.floor(r.length/2)]?.[0]}` }).join('\n'))
})
