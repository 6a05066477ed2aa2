/** This file is longer than others because CommonMark's inline parsing is a single pass with one shared state. */
import {
  labelKey,
  maxLabelCharacters,
  type References,
  readAngleBrackets,
  readBareAddress,
  readEntity,
  readLabel,
  readTarget,
} from '@/components/markdown/link-syntax'
import { createMathsFinder, type Formula } from '@/components/markdown/maths-syntax'
import type { InlineToken } from '@/lib/contract/markdown-token'

/**
 * Parses inlines with CommonMark's algorithm (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy), with
 * GFM's strikethrough and bare addresses, and formulas. Each character is visited a bounded number of times. Code
 * spans and formulas find their ends through an index, and links read a bounded distance ahead. Emphasis is paired
 * with a stack that records for each kind of closing mark how far down there is no opening mark.
 */
export function parseInlines(text: string, references: References): InlineToken[] {
  return new InlineParser(text, references).parse()
}

/** Deeper emphasis, links and images stay plain text, because React renders nested elements recursively. */
const maxDepth = 30

type Node = { token: InlineToken; depth: number; previous: Node | null; next: Node | null }

/** A run of `*`, `_` or `~` that may open or close emphasis. `inside` is the nesting depth of the nodes after it. */
type Delimiter = {
  node: Node
  at: number
  char: string
  length: number
  left: number
  canOpen: boolean
  canClose: boolean
  inside: number
  previous: Delimiter | null
  next: Delimiter | null
}
type Bracket = { node: Node; start: number; isImage: boolean; delimiter: Delimiter | null; hasBracketInside: boolean }

const special = new Uint8Array(128)
for (const char of '\\`*_~[]!<&$@:wW\n') special[char.charCodeAt(0)] = 1

class InlineParser {
  readonly #text: string
  readonly #references: References
  readonly #mathsAt: ReturnType<typeof createMathsFinder>
  #codeEnds: ((at: number, length: number) => number | null) | null = null
  #at = 0
  /** The start of the text that does not belong to a token yet. */
  #pending = 0
  /** A sentinel before the first node, so that every node has a predecessor. */
  readonly #head: Node = { token: { type: 'text', text: '' }, depth: 0, previous: null, next: null }
  #last = this.#head
  #delimiters: Delimiter | null = null
  readonly #brackets: Bracket[] = []
  /** Links cannot contain links, so a bracket below this height in the stack does not open one. */
  #noLinkBelow = 0
  #isTooDeep = false

  constructor(text: string, references: References) {
    this.#text = text
    this.#references = references
    this.#mathsAt = createMathsFinder(text)
  }

  parse(): InlineToken[] {
    const { length } = this.#text
    while (this.#at < length) {
      const code = this.#text.charCodeAt(this.#at)
      if (code < 128 && special[code] === 1) this.#readSpecial(this.#text[this.#at] ?? '')
      else this.#at += 1
    }
    this.#flush(length)
    this.#pairEmphasis(null)
    return tokensAfter(this.#head)
  }

  #readSpecial(char: string) {
    switch (char) {
      case '\\':
        return this.#readBackslash()
      case '\n':
        return this.#readNewline()
      case '`':
        return this.#readCode()
      case '$':
        return this.#readDollar()
      case '*':
      case '_':
      case '~':
        return this.#readDelimiter(char)
      case '[':
        return this.#openBracket(false)
      case '!':
        if (this.#text[this.#at + 1] === '[') return this.#openBracket(true)
        break
      case ']':
        return this.#closeBracket()
      case '<':
        return this.#readAngle()
      case '&':
        return this.#readEntity()
      default:
        return this.#readAddress(char)
    }
    this.#at += 1
  }

  #readBackslash() {
    const next = this.#text[this.#at + 1] ?? ''
    if (next === '\n') return this.#put({ type: 'br' }, this.#at, this.#at + 2)
    const formula = next === '(' || next === '[' ? this.#mathsAt(this.#at) : null
    if (formula !== null) return this.#putFormula(formula)
    if (/[!-/:-@[-`{-~]/.test(next)) this.#put({ type: 'text', text: next }, this.#at, this.#at + 2)
    else this.#at += 1
  }

  #readNewline() {
    let start = this.#at
    while (start > this.#pending && this.#text[start - 1] === ' ') start -= 1
    if (this.#at - start >= 2) this.#put({ type: 'br' }, start, this.#at + 1)
    else this.#at += 1
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1
  }

  #readCode() {
    const length = this.#runLength('`')
    this.#codeEnds ??= indexRuns(this.#text)
    const end = this.#codeEnds(this.#at + length, length)
    if (end === null) this.#at += length
    else {
      const code = this.#text.slice(this.#at + length, end).replaceAll('\n', ' ')
      const isPadded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== ''
      this.#put({ type: 'codespan', text: isPadded ? code.slice(1, -1) : code }, this.#at, end + length)
    }
  }

  #readDollar() {
    const before = this.#text[this.#at - 1] ?? ''
    const formula = /[\p{L}\p{N}$]/u.test(before) ? null : this.#mathsAt(this.#at)
    if (formula !== null) this.#putFormula(formula)
    else this.#at += 1
  }

  #putFormula({ type, tex, display, length }: Formula) {
    this.#put({ type, tex, display }, this.#at, this.#at + length)
  }

  #readDelimiter(char: string) {
    const length = this.#runLength(char)
    const [before, after] = [charBefore(this.#text, this.#at), charAfter(this.#text, this.#at + length)]
    const { leftFlanking, rightFlanking } = flanking(before, after, char)
    const canOpen = leftFlanking && (char !== '_' || !rightFlanking || isPunctuation(before))
    const canClose = rightFlanking && (char !== '_' || !leftFlanking || isPunctuation(after))
    if ((!canOpen && !canClose) || (char === '~' && length > 2)) {
      this.#at += length
      return
    }
    const at = this.#at
    const node = this.#put({ type: 'text', text: char.repeat(length) }, at, at + length)
    const previous = this.#delimiters
    this.#delimiters = { node, at, char, length, left: length, canOpen, canClose, inside: 0, previous, next: null }
    if (previous !== null) previous.next = this.#delimiters
  }

  #openBracket(isImage: boolean) {
    const width = isImage ? 2 : 1
    const node = this.#put({ type: 'text', text: isImage ? '![' : '[' }, this.#at, this.#at + width)
    const outer = this.#brackets.at(-1)
    if (outer !== undefined) outer.hasBracketInside = true
    this.#brackets.push({ node, start: this.#at, isImage, delimiter: this.#delimiters, hasBracketInside: false })
  }

  #closeBracket() {
    const closedAt = this.#at
    const opener = this.#brackets.at(-1)
    if (opener === undefined || this.#isTooDeep) {
      this.#at += 1
      return
    }
    const canLink = opener.isImage || this.#brackets.length > this.#noLinkBelow
    const target = canLink ? (readTarget(this.#text, closedAt + 1) ?? this.#reference(opener, closedAt)) : null
    this.#brackets.pop()
    this.#noLinkBelow = Math.min(this.#noLinkBelow, this.#brackets.length)
    if (target === null) {
      this.#at += 1
      return
    }
    this.#flush(closedAt)
    this.#pairEmphasis(opener.delimiter)
    const depth = 1 + deepestAfter(opener.node)
    if (depth > maxDepth) {
      // The nesting is too deep, so the remaining brackets are text.
      this.#isTooDeep = true
      this.#at += 1
      return
    }
    this.#wrapLink(opener, target.href, depth)
    this.#at = target.end
    this.#pending = target.end
    if (!opener.isImage) this.#noLinkBelow = this.#brackets.length
  }

  /** Resolves `[text][label]`, `[label][]` or `[label]`. */
  #reference(opener: Bracket, closedAt: number) {
    if (this.#references.size === 0) return null
    const label = readLabel(this.#text, closedAt + 1)
    const isShort = closedAt - opener.start <= maxLabelCharacters && !opener.hasBracketInside
    const own = label === null && isShort ? labelKey(this.#text.slice(opener.start, closedAt)) : null
    const href = this.#references.get(label?.name ?? own ?? '')
    if (href === undefined) return null
    const isCollapsed = label === null && this.#text.startsWith('[]', closedAt + 1)
    return { href, end: label?.end ?? closedAt + (isCollapsed ? 3 : 1) }
  }

  #wrapLink(opener: Bracket, href: string, depth: number) {
    const tokens = tokensAfter(opener.node)
    const { node } = opener
    node.token = opener.isImage ? { type: 'image', href, text: textOf(tokens) } : { type: 'link', href, tokens }
    node.depth = depth
    node.next = null
    this.#last = node
    if (this.#delimiters !== null) this.#delimiters.inside = Math.max(this.#delimiters.inside, node.depth)
  }

  #readAngle() {
    const found = readAngleBrackets(this.#text, this.#at)
    if (found === null) this.#at += 1
    else if (found.href === null) this.#put({ type: 'text', text: found.text }, this.#at, this.#at + found.text.length)
    else this.#putAddress(found.href, found.text, this.#at, this.#at + found.text.length + 2)
  }

  #readEntity() {
    const entity = readEntity(this.#text, this.#at)
    if (entity === null) this.#at += 1
    else this.#put({ type: 'text', text: entity.text }, this.#at, entity.end)
  }

  #readAddress(char: string) {
    const { length } = this.#text
    const mayBegin =
      char === '@' ||
      (char === ':' && this.#text.startsWith('//', this.#at + 1)) ||
      (this.#at + 4 < length && /^www\.$/i.test(this.#text.slice(this.#at, this.#at + 4)))
    const isInBrackets = this.#brackets.length > 0
    const found = mayBegin ? readBareAddress(this.#text, this.#at, this.#pending, isInBrackets) : null
    if (found === null) this.#at += 1
    else this.#putAddress(found.href, this.#text.slice(found.start, found.end), found.start, found.end)
  }

  #putAddress(href: string, text: string, start: number, end: number) {
    const node = this.#put({ type: 'link', href, tokens: [{ type: 'text', text }] }, start, end)
    node.depth = 1
    if (this.#delimiters !== null) this.#delimiters.inside = Math.max(this.#delimiters.inside, 1)
  }

  #runLength(char: string): number {
    let end = this.#at + 1
    while (this.#text[end] === char) end += 1
    return end - this.#at
  }

  /** Ends the pending text at `start` and appends a token; reading continues at `end`. */
  #put(token: InlineToken, start: number, end: number): Node {
    this.#flush(start)
    this.#at = end
    this.#pending = end
    return this.#append(token)
  }

  #flush(end: number) {
    if (end > this.#pending) this.#append({ type: 'text', text: this.#text.slice(this.#pending, end) })
    this.#pending = end
  }

  #append(token: InlineToken): Node {
    const node: Node = { token, depth: 0, previous: this.#last, next: null }
    this.#last.next = node
    this.#last = node
    return node
  }

  /** Pairs the delimiters above `bottom` and removes them. */
  #pairEmphasis(bottom: Delimiter | null) {
    const noOpenerBefore = new Map<string, number>()
    let closer = this.#delimiters
    if (closer === bottom) return
    while (closer !== null && closer.previous !== bottom) closer = closer.previous
    while (closer !== null) {
      if (!closer.canClose || closer.left === 0) {
        closer = closer.next
        continue
      }
      const kind = `${closer.char}${closer.canOpen}${closer.length % 3}${closer.char === '~' ? closer.length : ''}`
      const earliest = noOpenerBefore.get(kind) ?? -1
      let opener: Delimiter | null = closer.previous
      let inside = 0
      while (opener !== null && opener !== bottom && opener.at >= earliest && !isPair(opener, closer)) {
        inside = Math.max(inside, opener.inside)
        opener = opener.previous
      }
      if (opener === null || opener === bottom || opener.at < earliest) {
        noOpenerBefore.set(kind, closer.at)
        closer = closer.next
        continue
      }
      const depth = 1 + Math.max(inside, opener.inside)
      // The nesting is too deep, so the remaining marks are text.
      if (depth > maxDepth) break
      this.#wrapEmphasis(opener, closer, depth)
      if (closer.left === 0) closer = closer.next
    }
    this.#delimiters = bottom
    if (bottom !== null) bottom.next = null
  }

  #wrapEmphasis(opener: Delimiter, closer: Delimiter, depth: number) {
    const isDel = opener.char === '~'
    const used = isDel ? opener.left : opener.left >= 2 && closer.left >= 2 ? 2 : 1
    const end = closer.node
    // Two runs of marks are never adjacent, so there is a node between them.
    if (end.previous !== null) end.previous.next = null
    const tokens = tokensAfter(opener.node)
    const type = isDel ? 'del' : used === 2 ? 'strong' : 'em'
    const node: Node = { token: { type, tokens }, depth, previous: opener.node, next: end }
    opener.node.next = node
    end.previous = node
    // The delimiters between the two cannot pair with one outside.
    opener.next = closer
    closer.previous = opener
    for (const delimiter of [opener, closer]) {
      delimiter.left -= used
      delimiter.node.token = { type: 'text', text: delimiter.char.repeat(delimiter.left) }
    }
    opener.inside = depth
    if (opener.left > 0) return
    const before = opener.previous
    closer.previous = before
    if (before !== null) {
      before.next = closer
      before.inside = Math.max(before.inside, depth)
    }
  }
}

function isPair(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.char !== closer.char || !opener.canOpen || opener.left === 0) return false
  if (opener.char === '~') return opener.length === closer.length
  // CommonMark's rules 9 and 10: if one of the runs can both open and close, their total length must not be a
  // multiple of three unless both lengths are.
  const isOdd = (opener.canClose || closer.canOpen) && closer.length % 3 !== 0
  return !isOdd || (opener.length + closer.length) % 3 !== 0
}

/** Returns the tokens after a node, with adjacent texts joined. */
function tokensAfter(node: Node): InlineToken[] {
  const tokens: InlineToken[] = []
  for (let next = node.next; next !== null; next = next.next) {
    const { token } = next
    const last = tokens.at(-1)
    if (token.type !== 'text') tokens.push(token)
    else if (last?.type === 'text') tokens[tokens.length - 1] = { type: 'text', text: last.text + token.text }
    else if (token.text !== '') tokens.push(token)
  }
  return tokens
}

function deepestAfter(node: Node): number {
  let deepest = 0
  for (let next = node.next; next !== null; next = next.next) deepest = Math.max(deepest, next.depth)
  return deepest
}

/** Returns the text of inline tokens without formatting. */
export function textOf(tokens: readonly InlineToken[]): string {
  return tokens
    .map((token) => {
      if ('tokens' in token) return textOf(token.tokens)
      if (token.type === 'br') return '\n'
      return token.type === 'maths' ? token.tex : token.text
    })
    .join('')
}

/**
 * Returns a function that finds the next run of exactly this many backticks. Positions must be queried in ascending
 * order.
 */
export function indexRuns(text: string) {
  const runs = new Map<number, { starts: number[]; next: number }>()
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const same = runs.get(run.length)
    if (same === undefined) runs.set(run.length, { starts: [index], next: 0 })
    else same.starts.push(index)
  }
  return (from: number, length: number): number | null => {
    const same = runs.get(length)
    if (same === undefined) return null
    while ((same.starts[same.next] ?? Number.POSITIVE_INFINITY) < from) same.next += 1
    return same.starts[same.next] ?? null
  }
}

function charBefore(text: string, at: number): string {
  const code = text.charCodeAt(at - 1)
  return at === 0 ? ' ' : code >= 0xdc00 && code <= 0xdfff && at > 1 ? text.slice(at - 2, at) : (text[at - 1] ?? ' ')
}

function charAfter(text: string, at: number): string {
  const point = text.codePointAt(at)
  return point === undefined ? ' ' : String.fromCodePoint(point)
}

const isPunctuation = (char: string) => /[\p{P}\p{S}]/u.test(char)

/** CommonMark's definition of left- and right-flanking. */
function flanking(before: string, after: string, char: string) {
  const isSpace = (neighbor: string) => /\s/.test(neighbor)
  // In GFM, `~` next to emphasis does not count as punctuation, and neither do marks next to `~`.
  const isMark = (neighbor: string) => isPunctuation(neighbor) && !(char !== '~' && neighbor === '~')
  const leftFlanking = !isSpace(after) && (!isMark(after) || isSpace(before) || isMark(before))
  const rightFlanking = !isSpace(before) && (!isMark(before) || isSpace(after) || isMark(after))
  return { leftFlanking, rightFlanking }
}
