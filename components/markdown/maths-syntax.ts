import type { MathsToken } from '@/lib/contract/markdown-token'

/** A longer formula is shown as text. */
const maxFormulaCharacters = 4000

export type Formula = MathsToken & { length: number; newlines: number }

const forms = [
  { open: '$$', close: '$$', display: true },
  { open: '\\(', close: '\\)', display: false },
  { open: '\\[', close: '\\]', display: true },
] as const

/**
 * Following pandoc's rules, `$…$` is a formula only if there is no space inside the dollars and no digit or letter
 * after them. In addition, the content must be a single term or contain a mathematical sign, because "$20 or 30$" is
 * money.
 */
const dollars = /\$(?![\s$])((?:\\[^\n]|[^$\\\n]){1,500}?)(?<!\s)\$(?![\p{L}\p{N}$])/uy

/**
 * Finds the formulas of one text. Positions must be queried in ascending order. Each closing mark and each blank line
 * is searched for once, so that all queries together take one pass over the text.
 */
export function createMathsFinder(text: string) {
  const nextClose = new Map<string, (from: number) => number>(
    forms.map(({ close }) => [close, searchForward(text, (from) => text.indexOf(close, from))]),
  )
  const nextBlankLine = searchForward(text, (from) => {
    blankLine.lastIndex = from
    return blankLine.exec(text)?.index ?? -1
  })

  function between(at: number): Formula | null {
    for (const { open, close, display } of forms) {
      if (!text.startsWith(open, at)) continue
      const start = at + open.length
      const end = nextClose.get(close)?.(start) ?? -1
      if (end === -1 || end + close.length - at > maxFormulaCharacters) return null
      const blank = nextBlankLine(start)
      if (blank !== -1 && blank < end) return null
      const tex = text.slice(start, end).trim()
      if (tex === '') return null
      const newlines = text.slice(start, end).split('\n').length - 1
      return { type: 'maths', tex, display, length: end + close.length - at, newlines }
    }
    return null
  }

  /** Returns the formula that begins at a position, or null. */
  return (at: number): Formula | null => {
    const formula = between(at)
    if (formula !== null || text[at] !== '$') return formula
    dollars.lastIndex = at
    const tex = dollars.exec(text)?.[1]
    if (tex === undefined || (/\s/.test(tex) && !/[\\^_={}<>+*|]/.test(tex))) return null
    return { type: 'maths', tex: tex.trim(), display: false, length: tex.length + 2, newlines: 0 }
  }
}

const blankLine = /\n[ \t]*\n/g

/** Repeats a search only if the last result is before the requested position. */
function searchForward(text: string, search: (from: number) => number): (from: number) => number {
  let found = -2
  return (from) => {
    if (found !== -1 && found < from) found = from >= text.length ? -1 : search(from)
    return found
  }
}
