import type { Objection } from './guard-verdict'
import { isVerdict } from './narrowing-words'
import type { ContentWord } from './read-question'

/** A shared content word. `belongs` is true if its preposition only expresses what it belongs to. */
type PlacedWord = { root: string; isDone: boolean; tied: boolean; tie: string | null; belongs: boolean; joins: boolean }

const belonging = Object.freeze(['of', 'for', 'in', 'on', 'at', 'about'])

/**
 * Requires that the shared words of two questions have the same order or an equivalent one: a prepositional phrase at
 * another position ("in git, how …"), two swapped sides ("A and B"), or a phrase before the word to which it belongs
 * ("side effects of aspirin", "aspirin side effects").
 */
export function objectToOrder(a: readonly PlacedWord[], b: readonly PlacedWord[]): Objection {
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

/** Converts paired content words for the order rule. `rootOf` must return the same root for both words of a pair. */
export const toPlacedWords = (
  words: readonly ContentWord[],
  rootOf: (word: ContentWord) => string | undefined,
): PlacedWord[] =>
  words.flatMap((word) => {
    const root = rootOf(word)
    // The position of an evaluating word does not matter: "which job is best", "the best job".
    return root === undefined || isVerdict(word)
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

const text = (words: readonly PlacedWord[]) => words.map(({ root }) => root).join(' ')

function isSame(a: readonly PlacedWord[], b: readonly PlacedWord[], tied = false): boolean {
  return (
    a.length === b.length &&
    a.every((word, index) => word.root === b[index]?.root && (!tied || word.tied === b[index]?.tied))
  )
}

const byText = (a: readonly PlacedWord[], b: readonly PlacedWord[]) => {
  const [x, y] = [`${a[0]?.tied} ${text(a)}`, `${b[0]?.tied} ${text(b)}`]
  return x < y ? -1 : Number(x > y)
}

/** Splits the words before each word that has a preposition. */
function phrases(words: readonly PlacedWord[]): PlacedWord[][] {
  const cut: PlacedWord[][] = []
  for (const word of words) {
    if (word.tied || cut.length === 0) cut.push([])
    cut.at(-1)?.push(word)
  }
  return cut
}

/**
 * Returns whether all prepositions differ. Phrases with the same preposition must not be moved, because each belongs
 * to the word before it: "the philosophy of science of history".
 */
function haveOwnTies(words: readonly PlacedWord[]): boolean {
  const ties = words.flatMap(({ tie }) => tie ?? [])
  return new Set(ties).size === ties.length
}

/** The maximum number of words on one side of "and", "or" or "vs". */
const maxSideWords = 4

function withSidesExchanged(words: readonly PlacedWord[]): PlacedWord[][] {
  return words.flatMap((word, at) => {
    if (!word.joins) return []
    const sizes = Array.from({ length: maxSideWords }, (_, index) => index + 1)
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

function withPhraseInFront(words: readonly PlacedWord[]): PlacedWord[][] {
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

/**
 * Returns whether one question is the passive of the other: "how is a radius measured", "how do I measure a radius".
 */
function isPassiveOf(passive: readonly PlacedWord[], active: readonly PlacedWord[]): boolean {
  const last = passive.findLastIndex(({ tied }, index) => index > 0 && !tied && passive[index]?.isDone)
  const [verb, ...rest] = active
  if (last < 1 || passive.length !== active.length || passive[last]?.root !== verb?.root || verb?.isDone) return false
  return isSame(passive.toSpliced(last, 1), rest)
}
