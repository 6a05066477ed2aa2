/* The tags that models and servers put around reasoning in the text of an answer. */

/** The result of matching a tag at a position: complete, possibly cut off by the end of the text, or absent. */
type TagMatch = { length: number } | 'partial' | null

/** A pair of tags. Matches the opening or closing tag at a position in a text. */
export type ReasoningTag = {
  opens: (text: string, at: number) => TagMatch
  closes: (text: string, at: number) => TagMatch
}

/** The maximum length of a tag with attributes and white space; at most this much text is buffered. */
export const maxTagLength = 128

const names = ['think', 'thinking', 'thought', 'thoughts', 'reasoning', 'reason', 'analysis', 'seed:think'] as const

const literals: readonly (readonly [string, string])[] = [
  // Kimi
  ['◁think▷', '◁/think▷'],
  // OpenThinker
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  // Magistral
  ['[THINK]', '[/THINK]'],
  // Command
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  // Gemma
  ['<|channel>thought', '<channel|>'],
  // Apertus
  ['<|inner_prefix|>', '<|inner_suffix|>'],
]

export const reasoningTags: readonly ReasoningTag[] = [
  ...names.map(
    (name): ReasoningTag => ({
      opens: (text, at) => matchElement(text, at, name, false),
      closes: (text, at) => matchElement(text, at, name, true),
    }),
  ),
  ...literals.map(
    ([opening, closing]): ReasoningTag => ({
      opens: (text, at) => matchLiteral(text, at, opening),
      closes: (text, at) => matchLiteral(text, at, closing),
    }),
  ),
]

/**
 * Matches positions where a tag or a control token can begin. The pattern must be strict, because all tags are
 * compared at each match, which costs a thousand times as much as reading one character, and a text may contain
 * thousands of brackets.
 */
const start = String.raw`<(?=\s{0,127}(?:\/\s{0,127})?(?:[A-Za-z:]|$)|[|｜])|◁(?=[t/]|$)|\[(?=[T/]|$)`
export const tagStart = new RegExp(start)
export const tagStarts = new RegExp(start, 'g')

/** Tags around the answer itself, which some models write after their reasoning. */
export const answerTags: readonly (readonly [string, string])[] = [
  ['<|begin_of_solution|>', '<|end_of_solution|>'],
  ['<|START_RESPONSE|>', '<|END_RESPONSE|>'],
  ['<answer>', '</answer>'],
]

/** Returns the best match of several tags: a complete one, or else a partial one. */
export function matchAny<Tag>(tags: readonly Tag[], match: (tag: Tag) => TagMatch) {
  let isPartial = false
  for (const tag of tags) {
    const found = match(tag)
    if (found === 'partial') isPartial = true
    else if (found) return { tag, length: found.length }
  }
  return isPartial ? 'partial' : null
}

export function matchLiteral(text: string, at: number, literal: string): TagMatch {
  if (text.startsWith(literal, at)) return { length: literal.length }
  const rest = text.length - at
  return rest < literal.length && literal.startsWith(text.slice(at)) ? 'partial' : null
}

const opening = /^<\s*([a-z:]+)(?:\s[^<>]*)?>/i
const closing = /^<\s*\/\s*([a-z:]+)\s*>/i
const openingBegun = /^<\s*(?:([a-z:]+)(\s[^<>]*)?)?$/i
const closingBegun = /^<\s*(?:\/\s*(?:([a-z:]+)(\s*))?)?$/i

function matchElement(text: string, at: number, name: string, isClosing: boolean): TagMatch {
  if (text[at] !== '<') return null
  const piece = text.slice(at, at + maxTagLength)
  const whole = (isClosing ? closing : opening).exec(piece)
  if (whole) return whole[1]?.toLowerCase() === name ? { length: whole[0].length } : null
  // A partial match of the maximum length can no longer become a tag.
  if (piece.length === maxTagLength) return null
  const begun = (isClosing ? closingBegun : openingBegun).exec(piece)
  if (!begun) return null
  const [, letters = '', space = ''] = begun
  const word = letters.toLowerCase()
  return (space === '' ? name.startsWith(word) : word === name) ? 'partial' : null
}

/**
 * Whether a closing tag between these texts ends reasoning or is only mentioned. A real one is on a line of its own,
 * directly follows a word of the reasoning, or ends a sentence or a line.
 */
export function closesReasoning(before: string, after: string): boolean | 'unknown' {
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const trimmed = line.trimEnd()
  if (trimmed === '') return true
  const last = trimmed.at(-1) ?? ''
  if (trimmed.length === line.length) {
    if (!/["']/.test(last)) return !/[`([{“‘«<=/\\]/.test(last)
    return after === '' ? 'unknown' : !after.startsWith(last)
  }
  if (/[.!?。！？…]/.test(last)) return true
  const next = /^[ \t]*(\S|[\r\n])/.exec(after)
  return next ? /[\r\n]/.test(next[1] ?? '') : 'unknown'
}

/* The harmony format of gpt-oss, as sent by servers that do not parse it: `<|channel|>analysis<|message|>…<|end|>`. */

/** Exceeds the length of any header: role, channel, recipient of a call and content type. */
const maxHeaderLength = 200

const header = /^\s*(?:<\|start\|>[\w:. ]*)?<\|channel\|>([^<]*)(?:<\|constrain\|>[^<]*)?<\|message\|>/
const headerBegun = /^\s*(?:<\|start\|>[\w:. ]*)?(?:<\|channel\|>[^<]*(?:<\|constrain\|>[^<]*)?)?(<[|a-z]*(?:\|>?)?)?$/
const tokens = ['<|start|>', '<|channel|>', '<|constrain|>', '<|message|>'] as const

/** Reads the header of a channel. The channel `final`, and `commentary` without a recipient, are for the user. */
export function channelAfter(text: string, at: number): { length: number; isReasoning: boolean } | 'partial' | null {
  const piece = text.slice(at, at + maxHeaderLength)
  const whole = header.exec(piece)
  if (whole) {
    const [channel = '', ...recipient] = (whole[1] ?? '').trim().split(/\s+/)
    const isForUser = channel === 'final' || (channel === 'commentary' && recipient.length === 0)
    return { length: whole[0].length, isReasoning: !isForUser }
  }
  if (piece.length === maxHeaderLength) return null
  const begun = headerBegun.exec(piece)
  if (!begun) return null
  const token = begun[1]
  return token === undefined || tokens.some((one) => one.startsWith(token)) ? 'partial' : null
}

const endings = ['<|end|>', '<|return|>', '<|call|>'] as const
const beginnings = ['<|start|>', '<|channel|>'] as const

/** Reads the token that ends a channel. A token that begins the next channel is not consumed. */
export function channelEnd(text: string, at: number): { length: number } | 'partial' | null {
  const ending = matchAny(endings, (token) => matchLiteral(text, at, token))
  if (ending && ending !== 'partial') return { length: ending.length }
  const beginning = matchAny(beginnings, (token) => matchLiteral(text, at, token))
  if (beginning && beginning !== 'partial') return { length: 0 }
  return ending ?? beginning
}

/** Follows streaming Markdown and determines whether the next character would be inside code. */
type CodeTracker = {
  read: (text: string) => void
  /** Whether the text ends inside a code fence or inline code. */
  isInCode: () => boolean
}

type Place = {
  /** The marks that opened the fence; null outside of a fence. */
  fence: string | null
  /** The beginning of the line, as long as it may be the mark of a fence. */
  lineStart: string
  /** The number of backtick groups on the line. After an odd number the text is inline code. */
  backticks: number
  endsInBacktick: boolean
}

const maxMarkLength = 16

export function codeTracker(): CodeTracker {
  let place: Place = { fence: null, lineStart: '', backticks: 0, endsInBacktick: false }
  return {
    read: (text) => {
      place = placeAfter(place, text)
    },
    isInCode: () => place.fence !== null || place.backticks % 2 === 1,
  }
}

function placeAfter(from: Place, text: string): Place {
  let place = from
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\n', at)
    const end = lineEnd === -1 ? text.length : lineEnd
    place = afterPiece(place, text.slice(at, end))
    if (lineEnd !== -1)
      place = { fence: fenceAfter(place.fence, place.lineStart), lineStart: '', backticks: 0, endsInBacktick: false }
    at = end + 1
  }
  return place
}

function afterPiece(place: Place, piece: string): Place {
  if (piece === '') return place
  const groups = piece.match(/`+/g)?.length ?? 0
  const continues = place.endsInBacktick && piece.startsWith('`') ? 1 : 0
  return {
    fence: place.fence,
    lineStart: (place.lineStart + piece.slice(0, maxMarkLength)).slice(0, maxMarkLength),
    backticks: place.backticks + groups - continues,
    endsInBacktick: piece.endsWith('`'),
  }
}

function fenceAfter(fence: string | null, lineStart: string): string | null {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(lineStart)?.[1]
  if (mark === undefined) return fence
  if (fence === null) return mark
  return mark.startsWith(fence) ? null : fence
}
