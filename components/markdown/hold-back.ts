import { maxBlockCharacters } from '@/components/markdown/lex-markdown'
import { mendInline } from '@/components/markdown/mend-inline'

const fence = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|>)[ \t]+)*(`{3,}|~{3,})/
/** Marks of which nobody knows yet what they begin: a fence or code, a list or a line, a heading, a quotation, a box to tick. */
const openMarks = /^[ \t]*(?:[`~]{1,}[^`~\s]{0,40}|[-=*_+#>]+|\d{1,9}[.)]?|[-*+][ \t]+\[[ xX]?\]?)[ \t]*$/
const marker = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|>|#{1,6})[ \t]+)+(?:\[[ xX]\][ \t]+)?/

/**
 * The end of an answer that is still being written, in the form in which it will stay: marks whose meaning is not decided
 * are held back, a table until its second line, and what has begun is closed. `tail` begins where a block does.
 */
export function holdBack(tail: string): string {
  const lines = tail.split('\n')
  const last = lines.at(-1) ?? ''
  if (isInFence(lines.slice(0, -1))) return /^[ \t]*[`~]+$/.test(last) ? lines.slice(0, -1).join('\n') : tail
  if (openMarks.test(last)) lines.pop()
  const kept = withoutUnfinishedTable(lines)
  return kept.length < lines.length || isInFence(kept) ? kept.join('\n') : mendLastSegment(kept)
}

function isInFence(lines: readonly string[]): boolean {
  let open: string | null = null
  for (const line of lines) {
    const marks = fence.exec(line)?.[1]
    if (marks === undefined) continue
    if (open === null) open = marks
    else if (marks[0] === open[0] && marks.length >= open.length && /[`~][ \t]*$/.test(line)) open = null
  }
  return open !== null
}

/** A header without the line of dashes below it is no table yet, and would be a paragraph full of bars. */
function withoutUnfinishedTable(lines: readonly string[]): readonly string[] {
  const ended = lines.at(-1) === ''
  const written = ended ? lines.slice(0, -1) : lines
  const first = written.findLastIndex((line) => !/^[ \t]*\|/.test(line)) + 1
  const [header, dashes, ...rows] = written.slice(first)
  if (header === undefined || rows.length > 0 || (ended && dashes !== undefined)) return lines
  return dashes === undefined || /^[\s|:-]*$/.test(dashes) ? lines.slice(0, first) : lines
}

/** Only the last paragraph, item or cell can have something open: no emphasis goes further. */
function mendLastSegment(lines: readonly string[]): string {
  const from = Math.max(
    lines.findLastIndex((line) => line.trim() === '') + 1,
    lines.findLastIndex((line) => marker.test(line) || /^[ \t]*\|/.test(line)),
  )
  if (from === lines.length) return lines.join('\n')
  const segment = lines.slice(from).join('\n')
  // A paragraph of this length is shown as plain text, so its open marks are not closed.
  if (segment.length > maxBlockCharacters) return lines.join('\n')
  const isRow = /^[ \t]*\|/.test(segment)
  const begin = isRow ? segment.lastIndexOf('|') + 1 : (marker.exec(segment)?.[0].length ?? 0)
  const mended = segment.slice(0, begin) + mendInline(segment.slice(begin))
  return [...lines.slice(0, from), mended].join('\n')
}
