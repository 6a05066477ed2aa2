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
