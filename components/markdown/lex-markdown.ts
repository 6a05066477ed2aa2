import type { References } from '@/components/markdown/link-syntax'
import { type BlockNode, parseBlocks } from '@/components/markdown/parse-blocks'
import { parseInlines } from '@/components/markdown/parse-inlines'
import { splitCells } from '@/components/markdown/table-syntax'
import type { BlockToken, InlineToken, ListItem, TableCell, TopBlock } from '@/lib/contract/markdown-token'

/** A longer paragraph or heading is shown as plain text. Ordinary paragraphs are much shorter. */
export const maxBlockCharacters = 10_000
/**
 * Only this many characters of a text are parsed; the rest is plain text. It is twice the length limit of a message.
 */
export const maxParsedCharacters = 131_072
/** The maximum number of elements of one text. */
const maxTokens = 5_000
/** A code block with its buttons, and a formula, count as several elements, because they render about that many. */
const tokensOfCode = 20
const tokensOfMaths = 5
/**
 * The total length of the addresses that references to link definitions may add. A few definitions can be used often.
 */
const maxReferenceCharacters = 100_000

/**
 * The remaining budget of a text. While an answer streams, each part continues with the budget that the parts before
 * it left.
 */
type Budget = { characters: number; tokens: number; referenceCharacters: number }

export const fullBudget: Readonly<Budget> = {
  characters: maxParsedCharacters,
  tokens: maxTokens,
  referenceCharacters: maxReferenceCharacters,
}

/**
 * Parses GFM with formulas. The concatenated `raw` of all tokens equals the text. Time is linear and the result is
 * bounded.
 */
export function lexMarkdown(text: string): TopBlock[] {
  return lexWithin(text, { ...fullBudget }).map(({ block }) => block)
}

/** A block and the budget that is left after it. */
export type LexedBlock = { block: TopBlock; left: Budget }

/** Parses as many blocks as the budget allows and returns the rest as one block of plain text. */
export function lexWithin(text: string, budget: Budget): LexedBlock[] {
  const steps = lexInSteps(text, budget)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The characters that become tokens between two pauses. */
const charactersPerStep = 10_000

/** Does the same as `lexWithin`, but yields regularly so that a server can answer other requests in between. */
export function* lexInSteps(text: string, budget: Budget): Generator<void, LexedBlock[]> {
  const parsed = text.length <= budget.characters ? text : text.slice(0, endOfLines(text, budget.characters))
  const { blocks, references } = yield* parseBlocks(parsed)
  const left = { ...budget }
  const convert = new Converter(parsed, references, left)
  const lexed: LexedBlock[] = []
  let [end, pausedAt] = [0, 0]
  const push = (block: TopBlock) => {
    left.characters -= block.raw.length
    lexed.push({ block, left: { ...left } })
    end += block.raw.length
  }
  for (const [index, node] of blocks.entries()) {
    if (node.start > end) push({ type: 'space', raw: text.slice(end, node.start) })
    const content = convert.block(node, false)
    if (left.tokens < 0) break
    const next = blocks[index + 1]?.start ?? parsed.length
    // A single line break between two blocks belongs to the first one.
    const rawEnd = next - node.end === 1 ? next : node.end
    push({ ...content, raw: text.slice(node.start, rawEnd) })
    if (end - pausedAt < charactersPerStep) continue
    pausedAt = end
    yield
  }
  if (left.tokens >= 0 && parsed.length > end) push({ type: 'space', raw: text.slice(end, parsed.length) })
  if (end < text.length) {
    const rest = text.slice(end)
    lexed.push({
      block: { type: 'plain', text: rest, raw: rest },
      left: { characters: 0, tokens: 0, referenceCharacters: 0 },
    })
  }
  return lexed
}

/** Returns the end of the last whole line within this many characters; 0 if the first line is longer. */
const endOfLines = (text: string, characters: number) =>
  characters <= 0 ? 0 : text.lastIndexOf('\n', characters - 1) + 1

/** Converts the nodes of a text to tokens and subtracts each token from the budget. */
class Converter {
  readonly #source: string
  readonly #references: References
  readonly #left: Budget

  constructor(source: string, references: ReadonlyMap<string, string>, left: Budget) {
    this.#source = source
    this.#left = left
    const get = (label: string) => {
      const href = references.get(label)
      if (href === undefined || href.length > left.referenceCharacters) return undefined
      left.referenceCharacters -= href.length
      return href
    }
    this.#references = { size: references.size, get }
  }

  /** `isTight` is true for blocks in an item of a list that has no blank lines between its items. */
  block(node: BlockNode, isTight: boolean): BlockToken {
    this.#left.tokens -= 1
    switch (node.type) {
      case 'quote':
        return { type: 'blockquote', tokens: this.#blocks(node.children, false) }
      case 'list':
        return this.#list(node)
      case 'heading':
        if (node.text.length > maxBlockCharacters) return { type: 'plain', text: node.text }
        return { type: 'heading', depth: node.depth, tokens: this.#inlines(node.text) }
      case 'fence':
        this.#left.tokens -= tokensOfCode
        return { type: 'code', text: node.lines.join('\n'), lang: node.lang }
      case 'indented':
        this.#left.tokens -= tokensOfCode
        return { type: 'code', text: node.lines.join('\n').trimEnd(), lang: '' }
      case 'html':
        return { type: 'html', text: node.lines.join('\n').trimEnd() }
      case 'table':
        return this.#table(node)
      case 'maths':
        this.#left.tokens -= tokensOfMaths
        return node.formula
      case 'paragraph':
        return this.#paragraph(node.lines.join('\n').trim(), isTight)
      default:
        return { type: 'hr' }
    }
  }

  #blocks(nodes: readonly BlockNode[], isTight: boolean): BlockToken[] {
    const tokens: BlockToken[] = []
    for (const node of nodes) {
      if (this.#left.tokens < 0) break
      tokens.push(this.block(node, isTight))
    }
    return tokens
  }

  #paragraph(text: string, isTight: boolean): BlockToken {
    if (text === '') return { type: 'def' }
    if (text.length > maxBlockCharacters) return { type: 'plain', text }
    return { type: isTight ? 'text' : 'paragraph', tokens: this.#inlines(text) }
  }

  #list(node: BlockNode & { type: 'list' }): BlockToken {
    const loose = hasBlankLine(node.children) || node.children.some((item) => hasBlankLine(item.children))
    const items: ListItem[] = []
    for (const item of node.children) {
      if (this.#left.tokens < 0) break
      items.push(this.#item(item, loose))
    }
    return { type: 'list', ordered: node.ordered, start: node.firstNumber, loose, items }
  }

  #item(node: BlockNode, loose: boolean): ListItem {
    this.#left.tokens -= 1
    const first = node.children[0]
    const box = first?.type === 'paragraph' ? /^\[([ xX])\][ \t]+(?=\S)/.exec(first.lines[0] ?? '') : null
    if (box !== null && first?.type === 'paragraph') first.lines[0] = first.lines[0]?.slice(box[0].length) ?? ''
    const tokens = this.#blocks(node.children, !loose)
    const text = this.#source.slice(node.start, node.end).replace(/^(?:[*+-]|\d{1,9}[.)])[ \t]*/, '')
    return { task: box !== null, checked: box !== null && box[1] !== ' ', tokens, text }
  }

  #table(node: BlockNode & { type: 'table' }): BlockToken {
    const cell = (text: string, column: number): TableCell => {
      this.#left.tokens -= 1
      return { text, align: node.aligns[column] ?? null, tokens: this.#inlines(text) }
    }
    const rows: TableCell[][] = []
    for (const row of node.rows) {
      if (this.#left.tokens < 0) break
      const cells = splitCells(row)
      rows.push(node.aligns.map((_, column) => cell(cells[column] ?? '', column)))
    }
    return { type: 'table', header: node.header.map(cell), rows }
  }

  #inlines(text: string): InlineToken[] {
    if (text === '' || this.#left.tokens < 0) return []
    if (text.length > maxBlockCharacters) return [{ type: 'text', text }]
    const tokens = parseInlines(text, this.#references)
    this.#left.tokens -= countTokens(tokens)
    return tokens
  }
}

function countTokens(tokens: readonly InlineToken[]): number {
  let count = tokens.length
  for (const token of tokens) {
    if ('tokens' in token) count += countTokens(token.tokens)
    else if (token.type === 'maths') count += tokensOfMaths
  }
  return count
}

/** Returns whether there is a blank line between two neighboring nodes. */
const hasBlankLine = (nodes: readonly BlockNode[]) =>
  nodes.some((node, at) => at > 0 && node.firstLine > (nodes[at - 1]?.lastLine ?? 0) + 1)
