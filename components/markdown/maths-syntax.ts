import type { TokenizerExtension } from 'marked'

export type MathsToken = { type: 'maths'; raw: string; tex: string; display: boolean }

/** A formula longer than this is text. It also bounds what a missing end costs. */
const mostCharacters = 4000
const blankLine = /\n[ \t]*\n/

const maths = (raw: string, tex: string, display: boolean): MathsToken => ({
  type: 'maths',
  raw,
  tex: tex.trim(),
  display,
})

/** What stands between two marks at the beginning of a text; null where the second is missing or a blank line comes first. */
function between(source: string, open: string, close: string): string | null {
  if (!source.startsWith(open)) return null
  const end = source.slice(0, mostCharacters).indexOf(close, open.length)
  if (end === -1) return null
  const inner = source.slice(open.length, end)
  return inner.trim() === '' || blankLine.test(inner) ? null : inner
}

/**
 * `$…$` is maths by pandoc's rules (no space inside the dollars, no digit or letter after them), and only if what stands
 * there is a single term or has a sign of maths in it: "$20 or 30$" is money.
 */
function inDollars(source: string): string | null {
  const tex = /^\$(?![\s$])((?:\\[^\n]|[^$\\\n]){1,500}?)(?<!\s)\$(?![\p{L}\p{N}$])/u.exec(source)?.[1]
  if (tex === undefined) return null
  return !/\s/.test(tex) || /[\\^_={}<>+*|]/.test(tex) ? tex : null
}

const inlineForms = [
  { open: '$$', close: '$$', display: true },
  { open: '\\(', close: '\\)', display: false },
  { open: '\\[', close: '\\]', display: true },
] as const

/** The formula that a text begins with, or null. */
export function mathsAt(source: string): MathsToken | null {
  for (const { open, close, display } of inlineForms) {
    const tex = between(source, open, close)
    if (tex !== null) return maths(open + tex + close, tex, display)
  }
  const tex = inDollars(source)
  return tex === null ? null : maths(`$${tex}$`, tex, false)
}

/** Formulas in a line, and those that have lines of their own. */
export const mathsSyntax: TokenizerExtension[] = [
  {
    name: 'maths',
    level: 'inline',
    start: (source) => nextStart(source, /(?<![\p{L}\p{N}$\\])\$|\\[([]/u),
    tokenizer: (source) => mathsAt(source) ?? undefined,
  },
  {
    name: 'mathsBlock',
    level: 'block',
    // A paragraph ends here only for a whole formula: each end costs another look at all that follows.
    start: (source) => {
      for (const { index } of source.matchAll(/(?<=\n) {0,3}(?:\$\$|\\\[)/g))
        if (blockAt(source.slice(index, index + 2 * mostCharacters)) !== null) return index
    },
    tokenizer: (source) => blockAt(source) ?? undefined,
  },
]

function blockAt(source: string): MathsToken | null {
  const indent = /^ {0,3}/.exec(source)?.[0] ?? ''
  const token = mathsAt(source.slice(indent.length))
  if (token === null || !token.display) return null
  const rest = /^[ \t]*(?:\n+|$)/.exec(source.slice(indent.length + token.raw.length))?.[0]
  return rest === undefined ? null : { ...token, raw: indent + token.raw + rest }
}

function nextStart(source: string, pattern: RegExp): number | undefined {
  const at = source.search(pattern)
  return at === -1 ? undefined : at
}
