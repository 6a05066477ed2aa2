import { foldTypos } from './fold-words'

/** Prepositions of phrases that can be at the start or at the end of a question: "in git, how …", "how … in git". */
const openers = Object.freeze('in on at for with from by during using within'.split(' ').map(foldTypos))
const questionStarts = Object.freeze(
  ['what', 'who', 'when', 'where', 'why', 'how', 'can', 'do', 'be', 'should'].map(foldTypos),
)

/** A longer question may have several clauses, whose order can matter. */
const maxWords = 30

/**
 * Moves a phrase in front of a folded question to its end, and sorts the two sides of "difference between A and B".
 * No other words are reordered: "learn to love" is not "love to learn".
 */
export function orderPhrases(words: readonly string[]): string[] {
  if (words.length > maxWords) return [...words]
  return orderSides(frontPraise(frontAuxiliary(moveFrontPhrase(words))))
}

function moveFrontPhrase(words: readonly string[]): string[] {
  const at = words.findIndex((word) => questionStarts.includes(word))
  if (!openers.includes(words[0] ?? '') || at < 2) return [...words]
  return [...words.slice(at), ...words.slice(0, at)]
}

/** Sorts the two sides of a comparison, because their order does not matter. */
function orderSides(words: readonly string[]): string[] {
  const between = words.indexOf(foldTypos('between'))
  const and = words.indexOf('and', between)
  if (between < 0 || and < 0 || words.indexOf('and', and + 1) > 0) return [...words]
  const after = words.findIndex((word, index) => index > and && openers.includes(word))
  const end = after < 0 ? words.length : after
  const sides = [words.slice(between + 1, and).join(' '), words.slice(and + 1, end).join(' ')]
  return [...words.slice(0, between + 1), ...sides.toSorted().join(' and ').split(' '), ...words.slice(end)]
}

const auxiliaries = Object.freeze(
  ['be', 'can', 'will', 'should', 'would', 'was', 'were', 'could', 'did', 'have'].map(foldTypos),
)

/** Converts "why the sky is blue" to "why is the sky blue". */
function frontAuxiliary(words: readonly string[]): string[] {
  const at = words.findIndex((word) => auxiliaries.includes(word))
  if ((words[0] !== 'why' && words[0] !== 'how') || at < 2 || at > 4 || words[1] === 'to') return [...words]
  return [words[0], words[at] ?? '', ...words.slice(1, at), ...words.slice(at + 1)]
}

/** Converts "which job is best in India" to the words of "what is the best job in India". */
function frontPraise(words: readonly string[]): string[] {
  const at = words.indexOf('best')
  const closes = at === words.length - 1 || openers.includes(words[at + 1] ?? '')
  if (words[0] !== 'what' || at < 3 || at > 6 || words[at - 1] !== 'be' || !closes) return [...words]
  return ['what', 'be', 'best', ...words.slice(1, at - 1), ...words.slice(at + 1)]
}
