import { fullBudget, type LexedBlock, lexWithin, maxBlockCharacters } from '@/components/markdown/lex-markdown'
import { mendInline } from '@/components/markdown/mend-inline'
import type { ListItem, TopBlock } from '@/lib/contract/markdown-token'

export type Block = { key: string; token: TopBlock }
/** `end` is the position in the text where the block ends. */
type PlacedBlock = Block & Pick<LexedBlock, 'left'> & { end: number }

/** An unsettled tail up to this length is parsed again with every chunk. */
const maxTailReadAtOnce = 4096
/** A longer tail is parsed again only after it has grown by this fraction, so that the total work is linear. */
const tailGrowth = 1 / 16

/**
 * Parses a growing text into blocks without parsing all of it again for every chunk. Text is only appended, and new
 * text can change only the last blocks: a list continues, or a line becomes a heading. Earlier blocks keep their
 * identity and are not rendered again. A link definition at the end applies to earlier blocks only after the whole
 * text is parsed with `complete`.
 */
export function createBlockLexer() {
  let seen = ''
  let blocks: readonly PlacedBlock[] = []
  let wasComplete: boolean | null = null

  return (raw: string, complete: boolean): readonly Block[] => {
    const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw
    if (text === seen && complete === wasComplete) return blocks
    const grows = !complete && text.startsWith(seen)
    const kept = grows ? settled(blocks) : []
    const last = kept.at(-1)
    const start = last?.end ?? 0
    const unread = text.length - seen.length
    if (grows && text.length - start > maxTailReadAtOnce && unread < (text.length - start) * tailGrowth) return blocks
    const tail = text.slice(start)
    const before = blocks
    let end = start
    const fresh = lexWithin(complete ? tail : holdBack(tail), last?.left ?? fullBudget).map((lexed, index) => {
      const at = kept.length + index
      end += lexed.block.raw.length
      const token = reuse(before[at]?.token, lexed.block, complete)
      const same = before[at]
      return same?.token === token && same.end === end ? same : { key: String(at), token, left: lexed.left, end }
    })
    blocks = [...kept, ...fresh]
    seen = text
    wasComplete = complete
    return blocks
  }
}

/**
 * Returns all blocks before the last two that are not blank lines. Two must stay open, because `2` after a list is a
 * paragraph until the dot arrives and makes it an item of that list.
 */
function settled(blocks: readonly PlacedBlock[]): readonly PlacedBlock[] {
  let open = 0
  let at = blocks.length
  while (at > 0 && open < 2) {
    at -= 1
    if (blocks[at]?.token.type !== 'space') open += 1
  }
  return blocks.slice(0, open === 2 ? at : 0)
}

/**
 * Reuses the previous token if its source did not change, and likewise each item of a list that grew, so that React
 * does not render it again. A complete text may contain new link definitions, so tokens with brackets are then
 * replaced.
 */
function reuse(before: TopBlock | undefined, now: TopBlock, complete: boolean): TopBlock {
  if (before === undefined || before.type !== now.type) return now
  if (before.raw === now.raw && !(complete && now.raw.includes('['))) return before
  if (now.type !== 'list' || before.type !== 'list') return now
  // The looseness of a list is stored in the tokens of its items, so the items of a list that became loose must be
  // replaced.
  if (before.loose !== now.loose) return now
  return { ...now, items: now.items.map((item, at) => reuseItem(before.items[at], item, complete)) }
}

function reuseItem(before: ListItem | undefined, now: ListItem, complete: boolean): ListItem {
  const isSame = before?.text === now.text && before?.text !== undefined && before.tokens.length === now.tokens.length
  return isSame && !(complete && now.text?.includes('[')) ? (before ?? now) : now
}

const fence = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|>)[ \t]+)*(`{3,}|~{3,})/
/**
 * Marks whose meaning depends on the text that follows: a fence or code, a list or a rule, a heading, a quotation,
 * or a task box.
 */
const openMarks = /^[ \t]*(?:[`~]{1,}[^`~\s]{0,40}|[-=*_+#>]+|\d{1,9}[.)]?|[-*+][ \t]+\[[ xX]?\]?)[ \t]*$/
const marker = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|>|#{1,6})[ \t]+)+(?:\[[ xX]\][ \t]+)?/

/**
 * Returns an unfinished answer in the form in which it will most likely stay. Marks with undecided meaning are held
 * back, a table is held back until its second line, and open marks are closed. `tail` must begin at the start of a
 * block.
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

/**
 * Without the delimiter row below it, a table header would be shown as a paragraph full of bars, so it is held back.
 */
function withoutUnfinishedTable(lines: readonly string[]): readonly string[] {
  const ended = lines.at(-1) === ''
  const written = ended ? lines.slice(0, -1) : lines
  const first = written.findLastIndex((line) => !/^[ \t]*\|/.test(line)) + 1
  const [header, dashes, ...rows] = written.slice(first)
  if (header === undefined || rows.length > 0 || (ended && dashes !== undefined)) return lines
  return dashes === undefined || /^[\s|:-]*$/.test(dashes) ? lines.slice(0, first) : lines
}

/** Mends only the last paragraph, item or cell, because emphasis cannot extend beyond it. */
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
