import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { renderMaths } from '@/components/markdown/render-maths'

const render = (tex: string, display = false) => renderToStaticMarkup(renderMaths(tex, display))

it('renders a formula as MathML', () => {
  expect(render('\\frac{1}{2} + x_i')).toBe(
    '<math><mrow><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>+</mo><msub><mi>x</mi><mi>i</mi></msub></mrow></math>',
  )
  expect(render('x', true)).toContain('<math display="block">')
  expect(render('a\\quad b')).toContain('<mspace width="1em">')
})

it('renders matrices, cases and aligned lines', () => {
  expect(render('\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', true)).toContain('<mtable')
  expect(render('\\begin{aligned}a&=b\\\\c&=d\\end{aligned}', true)).toContain('columnalign="right left"')
})

it.each([
  '\\href{javascript:alert(1)}{x}',
  '\\url{https://elsewhere.invalid}',
  '\\includegraphics{https://elsewhere.invalid/a.png}',
  '\\htmlStyle{background:url(//elsewhere.invalid)}{x}',
  '\\htmlClass{x}{y}',
  '\\htmlData{onclick=alert(1)}{x}',
  '\\text{<img src=x onerror=alert(1)>}',
  '\\mathchoice{<script>}{}{}{}',
])('renders %s without links, resources or scripts', (tex) => {
  expect(render(tex)).not.toMatch(/<(?!\/?m)|<[^>]*(?:href|src|style=|class|on\w+=)/)
})

it('does not render a formula that is too long', () => {
  expect(renderMaths('x'.repeat(1500), false)).not.toBeNull()
  expect(renderMaths('x'.repeat(1501), false)).toBeNull()
})

it('returns null for invalid TeX and for macros that expand endlessly', () => {
  expect(renderMaths('\\frac{1', false)).toBeNull()
  expect(renderMaths('\\def\\a{\\a\\a}\\a', false)).toBeNull()
})
