import type { TableCell } from '@/lib/contract/markdown-token'

const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/
/** A table with more columns is text. This also bounds the cells that are added to short rows. */
const maxColumns = 100

/** Returns the alignments of a delimiter row (`|---|:-:|`), or null if the line is not one. */
export function readAligns(line: string): TableCell['align'][] | null {
  if (!/^[|:-]/.test(line) || !/[|:]/.test(line) || !delimiterRow.test(line)) return null
  const cells = splitCells(line)
  if (cells.length > maxColumns) return null
  return cells.map((cell) => {
    const [left, right] = [cell.startsWith(':'), cell.endsWith(':')]
    return left && right ? 'center' : left ? 'left' : right ? 'right' : null
  })
}

/** Splits a row into cells. An escaped bar does not separate cells. */
export function splitCells(row: string): string[] {
  const cells: string[] = []
  let start = 0
  for (let at = 0; at < row.length; at++) {
    if (row[at] === '\\') at += 1
    else if (row[at] === '|') {
      cells.push(row.slice(start, at))
      start = at + 1
    }
  }
  cells.push(row.slice(start))
  if (cells[0]?.trim() === '') cells.shift()
  if (cells.at(-1)?.trim() === '') cells.pop()
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** The start patterns of CommonMark's seven kinds of HTML blocks and their end patterns. Null means a blank line. */
const kinds: readonly { start: RegExp; until: RegExp | null; mayInterrupt: boolean }[] = [
  {
    start: /^<(?:script|pre|textarea|style)(?:\s|>|$)/i,
    until: /<\/(?:script|pre|textarea|style)>/i,
    mayInterrupt: true,
  },
  { start: /^<!--/, until: /-->/, mayInterrupt: true },
  { start: /^<\?/, until: /\?>/, mayInterrupt: true },
  { start: /^<!\[CDATA\[/, until: /\]\]>/, mayInterrupt: true },
  { start: /^<![A-Za-z]/, until: />/, mayInterrupt: true },
  {
    start: new RegExp(
      `^</?(?:${[
        'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt',
        'fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu',
        'menuitem|meta|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead',
        'title|tr|track|ul',
      ].join('|')})(?:\\s|/?>|$)`,
      'i',
    ),
    until: null,
    mayInterrupt: true,
  },
  {
    start:
      /^(?:<[a-z][a-z0-9-]*(?:\s+[a-z_:][\w:.-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|<\/[a-z][a-z0-9-]*\s*>)\s*$/i,
    until: null,
    mayInterrupt: false,
  },
]

/** Returns the end pattern of the HTML block that a line begins, or undefined if it begins none. */
export function readHtmlStart(line: string, isInParagraph: boolean): RegExp | null | undefined {
  if (line[0] !== '<') return undefined
  return kinds.find(({ start, mayInterrupt }) => (mayInterrupt || !isInParagraph) && start.test(line))?.until
}
