import type { Objection } from './guard-verdict'
import { isRateLimitResult } from './narrowing-words'
import type { ContentWord } from './read-question'

/** `belongs`: tied by a preposition that only says what it belongs to. */
type Placed = { root: string; isDone: boolean; tied: boolean; tie: string | null; belongs: boolean; joins: boolean }

const belonging = Object.freeze(['of', 'for', 'in', 'on', 'at', 'about'])

/**
 * The words that two questions share stand in one order, or in one that says the same: a phrase with its preposition
 * elsewhere ("in git, how …"), two sides exchanged ("A and B"), a phrase in front of what it belongs to ("side effects of
 * aspirin", "aspirin side effects").
 */
export function objectToOrder(a: readonly Placed[], b: readonly Placed[]): Objection {
  if (isSame(a, b)) return null
  const mayMove = haveOwnTies(a) && haveOwnTies(b)
  if (mayMove && isSame(phrases(a).toSorted(byText).flat(), phrases(b).toSorted(byText).flat(), true)) return null
  if (withSidesExchanged(a).some((other) => isSame(other, b))) return null
  if (withPhraseInFront(a).some((other) => isSame(other, b, true))) return null
  if (withPhraseInFront(b).some((other) => isSame(other, a, true))) return null
  if (isPassiveOf(a, b) || isPassiveOf(b, a)) return null
  if (withPhraseInFront(a).some((other) => isPassiveOf(other, b))) return null
  if (withPhraseInFront(b).some((other) => isPassiveOf(other, a))) return null
  return { rule: 'order', detail: `${text(a)} | ${text(b)}` }
}

const done = Object.freeze('made done told sold found held read cut put set'.split(' '))

/** As the order rule sees the words that were paired: slips of typing count as the word they were meant to be. */
export const placed = (words: readonly ContentWord[], rootOf: (word: ContentWord) => string | undefined): Placed[] =>
  words.flatMap((word) => {
    const root = rootOf(word)
    // A verdict says the same wherever it stands: "which job is best", "the best job".
    return root === undefined || isRateLimitResult(word)
      ? []
      : [
          {
            root,
            isDone: /(?:ed|en|wn|lt|nt|pt|ht)$/.test(word.word) || done.includes(word.word),
            tied: word.tie !== null,
            tie: word.tie,
            belongs: belonging.includes(word.tie ?? ''),
            joins: word.joins,
          },
        ]
  })

const text = (words: readonly Placed[]) => words.map(({ root }) => root).join(' ')

function isSame(a: readonly Placed[], b: readonly Placed[], tied = false): boolean {
  return (
    a.length === b.length &&
    a.every((word, index) => word.root === b[index]?.root && (!tied || word.tied === b[index]?.tied))
  )
}

const byText = (a: readonly Placed[], b: readonly Placed[]) => {
  const [x, y] = [`${a[0]?.tied} ${text(a)}`, `${b[0]?.tied} ${text(b)}`]
  return x < y ? -1 : Number(x > y)
}

/** Cut before each word that a preposition ties to the rest. */
function phrases(words: readonly Placed[]): Placed[][] {
  const cut: Placed[][] = []
  for (const word of words) {
    if (word.tied || cut.length === 0) cut.push([])
    cut.at(-1)?.push(word)
  }
  return cut
}

/**
 * If two phrases have the same preposition, each one belongs to the word before it: "the philosophy of science of
 * history".
 */
function haveOwnTies(words: readonly Placed[]): boolean {
  const ties = words.flatMap(({ tie }) => tie ?? [])
  return new Set(ties).size === ties.length
}

/** A side is of up to this many words. */
const longestSide = 4

function withSidesExchanged(words: readonly Placed[]): Placed[][] {
  return words.flatMap((word, at) => {
    if (!word.joins) return []
    const sizes = Array.from({ length: longestSide }, (_, index) => index + 1)
    return sizes.flatMap((before) =>
      sizes
        .filter((after) => at - before >= 0 && at + after <= words.length)
        .map((after) => [
          ...words.slice(0, at - before),
          ...words.slice(at, at + after),
          ...words.slice(at - before, at),
          ...words.slice(at + after),
        ]),
    )
  })
}

function withPhraseInFront(words: readonly Placed[]): Placed[][] {
  const cut = phrases(words)
  return cut.flatMap((phrase, index) => {
    const [first, ...others] = phrase
    if (!first?.belongs) return []
    return cut
      .slice(0, index)
      .flatMap((before, to) =>
        before.map((_, at) => [
          ...cut.slice(0, to).flat(),
          ...before.slice(0, at),
          { ...first, tied: at === 0 && before[0]?.tied === true },
          ...others,
          ...before.slice(at).map((word, index) => (at + index === 0 ? { ...word, tied: false } : word)),
          ...cut.slice(to + 1, index).flat(),
          ...cut.slice(index + 1).flat(),
        ]),
      )
  })
}

/** "How is atomic radius measured" asks what "how do I measure atomic radius" does. */
function isPassiveOf(passive: readonly Placed[], active: readonly Placed[]): boolean {
  const last = passive.findLastIndex(({ tied }, index) => index > 0 && !tied && passive[index]?.isDone)
  const [verb, ...rest] = active
  if (last < 1 || passive.length !== active.length || passive[last]?.root !== verb?.root || verb?.isDone) return false
  return isSame(passive.toSpliced(last, 1), rest)
}
