import { mathsAt } from '@/components/markdown/maths-syntax'

/** An emphasis that has begun: its character and how many of them are still to be closed. */
type Opener = { char: string; length: number }

const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char)
const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char)

/** A lone bracket this far back is no link any more. */
const longestLabel = 300
const longestAddress = 2000

/**
 * Text whose end has not arrived yet, in the form it will most likely have: what has begun is closed, and what cannot be
 * shown before it is whole (an address, a formula, a mark of which nobody knows yet what it begins) is left out. So bold
 * text is bold from its first letter, and no stars, brackets or addresses flash by.
 */
export function mendInline(unfinished: string): string {
  let text = unfinished
  const open: Opener[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at] ?? ''
    if (char === '\\' && at + 1 === text.length) return close(text.slice(0, at), open)
    if (char === '$' || (char === '\\' && /[([]/.test(text[at + 1] ?? ''))) {
      const formula = mathsAt(text.slice(at))
      if (formula === null && mayBecomeMaths(text.slice(at))) return close(text.slice(0, at), open)
      at += formula?.raw.length ?? (char === '\\' ? 2 : 1)
    } else if (char === '\\') {
      at += 2
    } else if (char === '`') {
      const end = endOfCode(text, at)
      if (end === null) return closeCode(text, at, open)
      at = end
    } else if (char === '[') {
      const link = readLink(text, at)
      text = link.text
      at = link.next
    } else if (char === '*' || char === '_' || char === '~') {
      const run = /^(.)\1*/.exec(text.slice(at, at + 8))?.[0].length ?? 1
      if (at + run === text.length) return close(text.slice(0, at), open)
      emphasise(open, char, run, text[at - 1], text[at + run])
      at += run
    } else at += 1
  }
  return close(text, open)
}

/** Ends what has begun, before the white space at the end: after it no mark would close anything. */
function close(text: string, open: readonly Opener[]): string {
  const kept = text.trimEnd()
  const marks = open.map(({ char, length }) => char.repeat(length)).reverse()
  return kept + marks.join('') + text.slice(kept.length)
}

/** Prices and shell variables begin with a dollar too; for those nothing is held back for long. */
function mayBecomeMaths(source: string): boolean {
  if (/\n[ \t]*\n/.test(source)) return false
  if (source.startsWith('$$') || source.startsWith('\\')) return source.length < longestAddress
  return /^\$(?:[\\A-Za-z({][^$\n]{0,80})?$/.test(source)
}

/** Behind the code span that begins here; null while it has no end. */
function endOfCode(text: string, at: number): number | null {
  const marks = /^`+/.exec(text.slice(at))?.[0].length ?? 1
  for (const found of text.slice(at + marks).matchAll(/`+/g))
    if (found[0].length === marks) return at + marks + found.index + marks
  return null
}

function closeCode(text: string, at: number, open: readonly Opener[]): string {
  const marks = /^`+/.exec(text.slice(at))?.[0] ?? '`'
  // Part of the closing marks may be there already.
  const code = text.slice(at + marks.length).replace(/`+$/, '')
  return close(code === '' ? text.slice(0, at) : text.slice(0, at) + marks + code + marks, open)
}

/** Without what is unfinished of the link that begins here, and where reading goes on. */
function readLink(text: string, at: number): { text: string; next: number } {
  const isImage = text[at - 1] === '!'
  const asItIs = { text, next: at + 1 }
  if (text[at + 1] === '^' || isWord(text[at - 1])) return asItIs
  const labelEnd = endOfLabel(text, at)
  const before = text.slice(0, isImage ? at - 1 : at)
  const label = text.slice(at + 1, labelEnd ?? undefined)
  if (label.length > longestLabel || label.includes('\n')) return asItIs
  // Words are shown at once; a picture's words only with the place they lead to.
  const wordsOnly = { text: isImage ? before : before + label, next: before.length }
  if (labelEnd === null || labelEnd === text.length - 1) return wordsOnly
  if (text[labelEnd + 1] !== '(') return asItIs
  const address = text.slice(labelEnd + 2)
  const end = endOfAddress(address)
  if (end !== null) return { text, next: labelEnd + 2 + end + 1 }
  return address.length > longestAddress || address.includes('\n') ? asItIs : wordsOnly
}

function endOfLabel(text: string, at: number): number | null {
  let depth = 0
  for (let index = at; index < text.length && index - at <= longestLabel; index++) {
    if (text[index] === '\\') index += 1
    else if (text[index] === '[') depth += 1
    else if (text[index] === ']' && --depth === 0) return index
  }
  return null
}

function endOfAddress(address: string): number | null {
  let depth = 0
  for (let index = 0; index < address.length; index++) {
    if (address[index] === '(') depth += 1
    else if (address[index] === ')' && depth-- === 0) return index
  }
  return null
}

/** Closes as much of what is open as this run of marks can, and opens the rest, near enough to CommonMark's rules. */
function emphasise(open: Opener[], char: string, run: number, before: string | undefined, after: string | undefined) {
  if (char === '_' && isWord(before) && isWord(after)) return
  let left = run
  if (!isSpace(before) && open.some((opener) => opener.char === char)) {
    while (left > 0 && open.some((opener) => opener.char === char)) {
      const last = open.at(-1)
      if (last === undefined) break
      const taken = last.char === char ? Math.min(left, last.length) : last.length
      if (last.char === char) left -= taken
      last.length -= taken
      if (last.length === 0) open.pop()
    }
  }
  const opens = !isSpace(after) && left > 0 && left <= 3 && (char !== '~' || left === 2)
  if (opens) open.push({ char, length: left })
}
