/** This file is longer than others because CommonMark's block structure is a single state machine. */

import { LineCursor } from '@/components/markdown/line-cursor'
import { readDefinitions, unescapeMarks } from '@/components/markdown/link-syntax'
import { createMathsFinder } from '@/components/markdown/maths-syntax'
import { readAligns, readHtmlStart, splitCells } from '@/components/markdown/table-syntax'
import type { MathsToken, TableCell } from '@/lib/contract/markdown-token'

type Kind =
  | { type: 'document' | 'quote' | 'hr' }
  | { type: 'list'; ordered: boolean; firstNumber: number; mark: string }
  | { type: 'item'; indent: number }
  /** Has no lines if it contained only link definitions. */
  | { type: 'paragraph'; lines: string[] }
  | { type: 'heading'; depth: number; text: string }
  | { type: 'fence'; mark: string; indent: number; lang: string; lines: string[] }
  | { type: 'indented'; lines: string[] }
  | { type: 'html'; until: RegExp | null; lines: string[] }
  | { type: 'table'; header: string[]; aligns: TableCell['align'][]; rows: string[] }
  | { type: 'maths'; formula: MathsToken }

/** A block whose inline content is not parsed yet. `start` and `end` are positions in the source. */
export type BlockNode = Kind & {
  start: number
  end: number
  firstLine: number
  lastLine: number
  children: BlockNode[]
}

/**
 * The maximum number of open quotations, lists and items. Deeper ones stay plain text, because React renders nested
 * elements recursively and each line is compared with every open block.
 */
const maxOpenContainers = 40
/** A formula followed by more white space does not count as one on its own line. */
const maxSpacesAfterFormula = 200

/**
 * Parses the blocks of a text with CommonMark's algorithm
 * (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy), with GFM's tables, and formulas on their own
 * lines. Reads the text once, line by line. Yields regularly, so that a server can answer other requests in between.
 */
export function* parseBlocks(text: string): Generator<void, { blocks: BlockNode[]; references: Map<string, string> }> {
  const parser = new BlockParser(text)
  return { blocks: yield* parser.parse(), references: parser.references }
}

/** The lines that are read between two pauses: a few milliseconds of work. */
const linesPerStep = 1_000

class BlockParser {
  readonly references = new Map<string, string>()
  readonly #text: string
  readonly #mathsAt: ReturnType<typeof createMathsFinder>
  readonly #document: BlockNode = { type: 'document', start: 0, end: 0, firstLine: 0, lastLine: 0, children: [] }
  /** The open blocks, outermost first. */
  readonly #open: BlockNode[] = [this.#document]
  /** The number of open blocks to which the current line belongs. */
  #matched = 1
  #line = new LineCursor('', 0)
  #lineNumber = 0
  #previousLineStart = 0

  constructor(text: string) {
    this.#text = text
    this.#mathsAt = createMathsFinder(text)
  }

  *parse(): Generator<void, BlockNode[]> {
    let at = 0
    while (at < this.#text.length) {
      if (this.#lineNumber % linesPerStep === 0) yield
      const start = at
      this.#line = new LineCursor(this.#text.slice(at, this.#endOfLine(at)), at)
      at = this.#readLine() + 1
      this.#lineNumber += 1
      this.#previousLineStart = start
    }
    this.#closeTo(0)
    return this.#document.children
  }

  #endOfLine(from: number): number {
    const newline = this.#text.indexOf('\n', from)
    return newline === -1 ? this.#text.length : newline
  }

  get #tip(): BlockNode {
    return this.#open.at(-1) ?? this.#document
  }

  get #container(): BlockNode {
    return this.#open[this.#matched - 1] ?? this.#document
  }

  /** Adds the line to the tree. Returns where it ends; a formula may end several lines later. */
  #readLine(): number {
    const line = this.#line
    const end = line.start + line.text.length
    this.#matched = 1
    for (let block = this.#open[1]; block !== undefined; block = this.#open[this.#matched]) {
      if (block.type === 'fence' && this.#closesFence(block)) {
        this.#touch(end)
        this.#closeTo(this.#matched)
        return end
      }
      if (!this.#continues(block)) break
      this.#matched += 1
    }
    while (!takesEveryLine(this.#container)) {
      const started = this.#startBlock(end)
      if (started === null) break
      if (typeof started === 'number') return started
    }
    const tip = this.#tip
    if (this.#open.length > this.#matched && !line.isBlank && tip.type === 'paragraph') {
      // A paragraph continues in a line without the marks of the surrounding blocks (lazy continuation).
      tip.lines.push(line.rest)
      this.#touch(end)
      return end
    }
    this.#closeTo(this.#matched)
    this.#addText(end)
    return end
  }

  #continues(block: BlockNode): boolean {
    const line = this.#line
    switch (block.type) {
      case 'list':
        return true
      case 'quote':
        if (line.indent > 3 || line.char !== '>') return false
        line.skipSpaces()
        line.skipCharacters(1)
        line.skipColumns(1)
        return true
      case 'item':
        if (line.isBlank) return block.children.length > 0
        if (line.indent < block.indent) return false
        line.skipColumns(block.indent)
        return true
      case 'fence':
        line.skipColumns(Math.min(block.indent, line.indent))
        return true
      case 'indented':
        if (line.indent < 4 && !line.isBlank) return false
        line.skipColumns(4)
        return true
      case 'html':
        return block.until !== null || !line.isBlank
      default:
        return !line.isBlank
    }
  }

  #closesFence({ mark }: BlockNode & { type: 'fence' }): boolean {
    const { indent, char, rest } = this.#line
    if (indent > 3 || char !== mark[0]) return false
    const length = runLength(rest, char)
    return length >= mark.length && rest.slice(length).trim() === ''
  }

  /**
   * Starts the block that the rest of the line begins. Returns null if there is none, `open` if the line continues
   * inside the block, otherwise the position in the source up to which it was read.
   */
  #startBlock(end: number): 'open' | number | null {
    const line = this.#line
    const container = this.#container
    if (line.isBlank) return null
    if (line.indent >= 4) {
      if (this.#tip.type === 'paragraph' || container.type === 'table') return null
      line.skipColumns(4)
      this.#add({ type: 'indented', lines: [] })
      return 'open'
    }
    const paragraph = container.type === 'paragraph' ? container : null
    if (paragraph !== null && this.#startTable(paragraph)) return this.#touch(end)
    switch (line.char) {
      case '>':
        if (this.#matched > maxOpenContainers) return null
        line.skipSpaces()
        line.skipCharacters(1)
        line.skipColumns(1)
        this.#add({ type: 'quote' })
        return 'open'
      case '#':
        return this.#startHeading(end)
      case '`':
      case '~':
        return this.#startFence(end)
      case '<': {
        const until = readHtmlStart(line.rest, paragraph !== null || this.#isLazy())
        if (until === undefined) return null
        this.#add({ type: 'html', until, lines: [] })
        return 'open'
      }
      case '$':
      case '\\':
        return this.#startMaths(end)
      default:
        return this.#startRuleOrList(paragraph, end)
    }
  }

  /** Returns whether the line may continue a paragraph although it lacks the marks of the surrounding blocks. */
  #isLazy(): boolean {
    return this.#open.length > this.#matched && this.#tip.type === 'paragraph'
  }

  #startHeading(end: number): number | null {
    const { rest } = this.#line
    const depth = runLength(rest, '#')
    if (depth > 6 || !/^(?:[ \t]|$)/.test(rest.slice(depth, depth + 1))) return null
    const text = rest.slice(depth).trim()
    let textEnd = text.length
    while (text[textEnd - 1] === '#') textEnd -= 1
    const isClosed = textEnd === 0 || /[ \t]/.test(text[textEnd - 1] ?? '')
    return this.#addWhole({ type: 'heading', depth, text: isClosed ? text.slice(0, textEnd).trim() : text }, end)
  }

  #startFence(end: number): number | null {
    const { rest, char, indent } = this.#line
    const length = runLength(rest, char)
    const info = rest.slice(length)
    if (length < 3 || (char === '`' && info.includes('`'))) return null
    this.#add({ type: 'fence', mark: char.repeat(length), indent, lang: unescapeMarks(info.trim()), lines: [] })
    return this.#touch(end)
  }

  #startMaths(lineEnd: number): number | null {
    const at = this.#line.start + this.#line.next
    const formula = this.#mathsAt(at)
    if (formula === null || !formula.display) return null
    const formulaEnd = at + formula.length
    let end = formulaEnd
    while (end - formulaEnd < maxSpacesAfterFormula && (this.#text[end] === ' ' || this.#text[end] === '\t')) end += 1
    if (end < this.#text.length && this.#text[end] !== '\n') return null
    const { type, display } = formula
    // The marks of a surrounding quotation are not part of the formula.
    const isQuoted = end > lineEnd && this.#open.slice(0, this.#matched).some((block) => block.type === 'quote')
    const tex = isQuoted ? formula.tex.replace(/\n[ \t]*(?:>[ \t]?)+/g, '\n') : formula.tex
    this.#lineNumber += formula.newlines
    return this.#addWhole({ type: 'maths', formula: { type, tex, display } }, end)
  }

  #startRuleOrList(paragraph: (BlockNode & { type: 'paragraph' }) | null, end: number): 'open' | number | null {
    const { rest, char } = this.#line
    if (paragraph !== null && (char === '=' || char === '-') && rest.slice(runLength(rest, char)).trim() === '') {
      this.#closeTo(this.#matched)
      this.#takeDefinitions(paragraph)
      if (paragraph.lines.length > 0) {
        const text = paragraph.lines.join('\n').trim()
        Object.assign(paragraph, { type: 'heading', depth: char === '=' ? 1 : 2, text, lines: undefined })
        this.#touch(end)
        this.#open.pop()
        return end
      }
    }
    if (isRule(rest, char)) return this.#addWhole({ type: 'hr' }, end)
    return this.#startItem(paragraph !== null)
  }

  #startItem(isInParagraph: boolean): 'open' | null {
    const line = this.#line
    const marker = /^(?:[*+-]|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(line.rest)
    if (marker === null || this.#matched > maxOpenContainers) return null
    const [whole, number, mark = whole] = marker
    const isEmpty = line.rest.slice(whole.length).trim() === ''
    if (isInParagraph && (isEmpty || (number !== undefined && Number(number) !== 1))) return null
    const { indent } = line
    line.skipSpaces()
    const start = line.start + line.offset
    line.skipCharacters(whole.length)
    const spaces = line.indent
    const width = isEmpty || spaces > 4 ? 1 : spaces
    line.skipColumns(width)
    this.#closeTo(this.#matched)
    const list = this.#container
    if (list.type !== 'list' || list.mark !== mark)
      this.#add({ type: 'list', ordered: number !== undefined, firstNumber: Number(number ?? 1), mark }, start)
    this.#add({ type: 'item', indent: indent + whole.length + width }, start)
    return 'open'
  }

  /** Makes the last line of the paragraph the header of a table if the current line is its delimiter row. */
  #startTable(paragraph: BlockNode & { type: 'paragraph' }): boolean {
    const aligns = readAligns(this.#line.rest)
    const last = paragraph.lines.at(-1)
    if (aligns === null || last === undefined) return false
    const header = splitCells(last)
    if (header.length !== aligns.length) return false
    paragraph.lines.pop()
    const start = this.#previousLineStart
    if (paragraph.lines.length === 0) this.#open.at(-2)?.children.pop()
    paragraph.end = Math.max(paragraph.start, start - 1)
    paragraph.lastLine = this.#lineNumber - 2
    if (paragraph.lines.length === 0) this.#open.pop()
    else this.#closeTo(this.#matched - 1)
    this.#matched = this.#open.length
    this.#add({ type: 'table', header, aligns, rows: [] }, start)
    this.#tip.firstLine = this.#lineNumber - 1
    return true
  }

  #addText(end: number) {
    const line = this.#line
    const { isBlank } = line
    const block = this.#tip
    switch (block.type) {
      case 'fence':
      case 'indented':
        block.lines.push(line.content)
        if (!isBlank || block.type === 'fence') this.#touch(end)
        return
      case 'html':
        block.lines.push(line.content)
        this.#touch(end)
        if (block.until?.test(line.rest)) this.#closeTo(this.#open.length - 1)
        return
      case 'table':
        block.rows.push(line.rest)
        break
      case 'paragraph':
        block.lines.push(line.rest)
        break
      default:
        // A line that contains only the marks of containers belongs to them; a blank line does not.
        if (isBlank && line.text.trim() === '') return
        if (isBlank) break
        this.#add({ type: 'paragraph', lines: [line.rest] })
    }
    this.#touch(end)
  }

  /** Adds a block to the innermost matched block that can contain it, and opens it. */
  #add(kind: Kind, at = this.#line.start + this.#line.next) {
    this.#closeTo(this.#matched)
    while (!canHold(this.#tip, kind)) this.#closeTo(this.#open.length - 1)
    // A top-level block begins with its line, so that blocks and the lines between them add up to the source.
    const start = this.#open.length === 1 ? Math.min(at, this.#line.start) : at
    const lines = { firstLine: this.#lineNumber, lastLine: this.#lineNumber }
    const block: BlockNode = { ...kind, start, end: start, ...lines, children: [] }
    this.#tip.children.push(block)
    this.#open.push(block)
    this.#matched = this.#open.length
  }

  /** Adds a block that ends with the current line. */
  #addWhole(kind: Kind, end: number): number {
    this.#add(kind)
    this.#touch(end)
    this.#open.pop()
    this.#matched = this.#open.length
    return end
  }

  /** Extends all open blocks to the end of the current line. */
  #touch(end: number): number {
    for (const block of this.#open) {
      block.end = end
      block.lastLine = this.#lineNumber
    }
    return end
  }

  #closeTo(count: number) {
    while (this.#open.length > count) {
      const block = this.#open.pop()
      if (block?.type === 'paragraph') this.#takeDefinitions(block)
    }
  }

  #takeDefinitions(paragraph: BlockNode & { type: 'paragraph' }) {
    if (paragraph.lines[0]?.[0] !== '[') return
    const text = paragraph.lines.join('\n')
    const rest = text.slice(readDefinitions(text, this.references))
    paragraph.lines = rest.trim() === '' ? [] : [rest]
  }
}

const takesEveryLine = ({ type }: BlockNode) => type === 'fence' || type === 'indented' || type === 'html'

function canHold({ type }: BlockNode, kind: Kind): boolean {
  if (type === 'list') return kind.type === 'item'
  return type === 'document' || type === 'quote' || type === 'item'
}

function runLength(text: string, char: string): number {
  let length = 0
  while (text[length] === char) length += 1
  return length
}

/** Returns whether the text is a thematic break: three or more of the same mark with only spaces between them. */
function isRule(rest: string, char: string): boolean {
  if (char !== '-' && char !== '*' && char !== '_') return false
  let marks = 0
  for (const other of rest) {
    if (other === char) marks += 1
    else if (other !== ' ' && other !== '\t') return false
  }
  return marks >= 3
}
