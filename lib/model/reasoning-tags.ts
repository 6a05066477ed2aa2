/** The tags that models and servers put around reasoning in the text of an answer. */

/** The result of matching a tag at a position: complete, possibly cut off by the end of the text, or absent. */
export type TagMatch = { length: number } | 'partial' | null

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
 * Positions where a tag or a control token can begin. All tags are compared there, which costs a thousand times as much as
 * reading one character, and a text may contain thousands of brackets.
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
