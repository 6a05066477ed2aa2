import { Marked, type MarkedToken, type Token } from 'marked'
import { type MathsToken, mathsSyntax } from '@/components/markdown/maths-syntax'

/** What a text is made of: marked's own tokens, and formulas. */
export type MarkdownToken = MarkedToken | MathsToken

/** marked's `Token` also allows the tokens of any extension. Ours is the only one. */
export const asMarkdown = (token: Token) => token as MarkdownToken

const reader = new Marked({
  extensions: mathsSyntax,
  tokenizer: {
    // Not a link's definition but a footnote: it stays the text it is. `false` hands over to marked.
    def: (source) => (/^ {0,3}\[\^/.test(source) ? undefined : false),
  },
})

/** No text that is meant to be read goes this deep; deeper trees are what crashes a reader, or the browser's layout. */
const deepest = 60

/** GFM with formulas, as tokens; nothing is rendered here. What is nested without end is the text it is. */
export function lexMarkdown(text: string): Token[] {
  try {
    return reader.lexer(text).map((token) => (isDeeper(token, deepest) ? asWritten(token.raw) : token))
  } catch (error) {
    // marked reads nested blocks by calling itself.
    if (error instanceof RangeError) return [asWritten(text)]
    throw error
  }
}

const asWritten = (text: string): Token => ({ type: 'html', raw: text, text, pre: false, block: true })

function isDeeper(token: object, levels: number): boolean {
  if (levels === 0) return true
  return innerTokens(token).some((inner) => isDeeper(inner, levels - 1))
}

/** What a token holds, by whichever name its kind has for it. */
function innerTokens(token: object): object[] {
  const { tokens, items, header, rows } = token as Record<string, unknown>
  return [tokens, items, header, rows].flat(2).filter((inner) => typeof inner === 'object' && inner !== null)
}
