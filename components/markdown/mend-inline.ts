import { createMathsFinder } from '@/components/markdown/maths-syntax'
import { indexRuns } from '@/components/markdown/parse-inlines'

/** An open run of emphasis marks: the character, and how many of them must still be closed. */
type Opener = { char: string; length: number }

const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char)
const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char)

/** A bracket without an end is shown as text once it is this many characters back. */
const maxLabel = 300
const maxAddress = 2000

/**
 * Completes streaming text to its most likely form. Open marks are closed, and parts that cannot be shown before
 * they are complete (an address, a formula, an ambiguous mark) are left out. Therefore bold text is bold from its
 * first letter, and no stars, brackets or addresses appear briefly. Reads the text once, from left to right.
 */
export function mendInline(unfinished: string): string {
  return new Mender(unfinished).mend()
}

class Mender {
  readonly #text: string
  readonly #mathsAt: ReturnType<typeof createMathsFinder>
  readonly #codeEnds: ReturnType<typeof indexRuns>
  readonly #closers: ReturnType<typeof matchBrackets>
  readonly #lastBlankLine: number
  readonly #lastNewline: number
  readonly #open: Opener[] = []
  readonly #openOf: Record<string, number> = { '*': 0, _: 0, '~': 0 }
  /** The output for the text before `#from`. */
  #kept = ''
  #from = 0
  #at = 0
  /** The text after this position is left out. */
  #end: number

  constructor(text: string) {
    this.#text = text
    this.#end = text.length
    this.#mathsAt = createMathsFinder(text)
    this.#codeEnds = indexRuns(text)
    this.#closers = matchBrackets(text)
    this.#lastBlankLine = lastBlankLine(text)
    this.#lastNewline = text.lastIndexOf('\n')
  }

  mend(): string {
    while (this.#at < this.#end) {
      const done = this.#readMark(this.#text[this.#at] ?? '')
      if (done !== null) return done
    }
    return this.#close(this.#end)
  }

  /** Reads one mark. Returns the whole result if the text ends inside the mark. */
  #readMark(char: string): string | null {
    const [at, next] = [this.#at, this.#text[this.#at + 1]]
    if (char === '\\' && at + 1 === this.#end) return this.#close(at)
    if (char === '$' || (char === '\\' && (next === '(' || next === '['))) {
      const formula = this.#mathsAt(at)
      if (formula === null && this.#mayBecomeMaths(at)) return this.#close(at)
      this.#at += formula?.length ?? (char === '\\' ? 2 : 1)
    } else if (char === '\\') this.#at += 2
    else if (char === '`') return this.#readCode()
    else if (char === '[') this.#readLink()
    else if (char === '*' || char === '_' || char === '~') return this.#readEmphasis(char)
    else this.#at += 1
    return null
  }

  /**
   * Closes the open marks before the white space at the end, because a mark after white space would not close anything.
   */
  #close(end: number, suffix = ''): string {
    const text = this.#kept + this.#text.slice(this.#from, end) + suffix
    const kept = text.trimEnd()
    const marks = this.#open.map(({ char, length }) => char.repeat(length)).reverse()
    return kept + marks.join('') + text.slice(kept.length)
  }

  /** Prices and shell variables also begin with a dollar sign, so text after one is held back only briefly. */
  #mayBecomeMaths(at: number): boolean {
    if (this.#lastBlankLine > at) return false
    const length = this.#end - at
    if (this.#text[at] === '\\' || this.#text[at + 1] === '$') return length < maxAddress
    return length <= 82 && /^\$(?:[\\A-Za-z({][^$\n]{0,80})?$/.test(this.#text.slice(at, this.#end))
  }

  #readCode(): string | null {
    const length = runLength(this.#text, this.#at)
    const end = this.#codeEnds(this.#at + length, length)
    if (end !== null && end + length <= this.#end) {
      this.#at = end + length
      return null
    }
    // Some of the closing marks may already be there.
    let codeEnd = this.#end
    while (codeEnd > this.#at + length && this.#text[codeEnd - 1] === '`') codeEnd -= 1
    if (codeEnd === this.#at + length) return this.#close(this.#at)
    return this.#close(codeEnd, '`'.repeat(length))
  }

  /** Leaves out the unfinished part of the link that begins here. */
  #readLink() {
    const [text, at] = [this.#text, this.#at]
    const isImage = text[at - 1] === '!'
    this.#at += 1
    if (text[at + 1] === '^' || isWord(text[at - 1])) return
    const closer = this.#closers.square[at] ?? 0
    const labelEnd = closer === 0 || closer - at > maxLabel || closer >= this.#end ? null : closer
    const labelStop = labelEnd ?? this.#end
    if (labelStop - at - 1 > maxLabel || text.slice(at, labelStop).includes('\n')) return
    const isOpen = labelEnd === null || labelEnd === this.#end - 1 || this.#isOpenAddress(labelEnd + 1)
    if (!isOpen) return
    // The text of a link is shown at once, but the text of an image only together with its address.
    const start = isImage ? at - 1 : at
    this.#kept += text.slice(this.#from, start)
    this.#from = isImage ? labelStop : at + 1
    this.#at = this.#from
    this.#end = labelStop
  }

  /** Returns whether an unfinished address in parentheses begins here. Moves past the address if it is complete. */
  #isOpenAddress(at: number): boolean {
    if (this.#text[at] !== '(') return false
    const closer = this.#closers.round[at] ?? 0
    if (closer > 0 && closer < this.#end) {
      this.#at = closer + 1
      return false
    }
    return this.#end - at - 1 <= maxAddress && this.#lastNewline < at
  }

  #readEmphasis(char: string): string | null {
    const run = runLength(this.#text, this.#at, 8)
    if (this.#at + run >= this.#end) return this.#close(this.#at)
    this.#emphasize(char, run, this.#text[this.#at - 1], this.#text[this.#at + run])
    this.#at += run
    return null
  }

  /** Closes as many open marks as this run can and opens the rest. This approximates CommonMark's rules. */
  #emphasize(char: string, run: number, before: string | undefined, after: string | undefined) {
    if (char === '_' && isWord(before) && isWord(after)) return
    let left = run
    if (!isSpace(before)) {
      while (left > 0 && (this.#openOf[char] ?? 0) > 0) {
        const last = this.#open.at(-1)
        if (last === undefined) break
        const taken = last.char === char ? Math.min(left, last.length) : last.length
        if (last.char === char) left -= taken
        last.length -= taken
        if (last.length > 0) continue
        this.#open.pop()
        this.#openOf[last.char] = (this.#openOf[last.char] ?? 0) - 1
      }
    }
    const opens = !isSpace(after) && left > 0 && left <= 3 && (char !== '~' || left === 2)
    if (!opens) return
    this.#open.push({ char, length: left })
    this.#openOf[char] = (this.#openOf[char] ?? 0) + 1
  }
}

function runLength(text: string, at: number, max = text.length): number {
  let end = at + 1
  while (end - at < max && text[end] === text[at]) end += 1
  return end - at
}

/** Maps each opening bracket to the position of its closing one, or 0. Square brackets may be escaped. */
function matchBrackets(text: string) {
  const [square, round] = [new Uint32Array(text.length), new Uint32Array(text.length)]
  const [openSquare, openRound]: [number[], number[]] = [[], []]
  let isEscaped = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '(') openRound.push(at)
    else if (char === ')') round[openRound.pop() ?? at] = at
    else if (char === '[' && !isEscaped) openSquare.push(at)
    else if (char === ']' && !isEscaped) square[openSquare.pop() ?? at] = at
    isEscaped = char === '\\' && !isEscaped
  }
  return { square, round }
}

function lastBlankLine(text: string): number {
  let last = -1
  for (const { index } of text.matchAll(/\n(?=[ \t]*\n)/g)) last = index
  return last
}
