import { foldTypos } from './fold-words'

/** Prepositions of phrases that can be in front of a question or at its end: "in git, how …" and "how … in git". */
const openers = Object.freeze('in on at for with from by during using within'.split(' ').map(foldTypos))
const askers = Object.freeze(['what', 'who', 'when', 'where', 'why', 'how', 'can', 'do', 'be', 'should'].map(foldTypos))

/** More words are more than one thought, and their order may carry it. */
const maxWords = 30

/**
 * Moves a phrase in front of a folded question to its end, and sorts the two sides of "difference between A and B". No
 * other words are reordered: "learn to love" is not "love to learn".
 */
export function orderPhrases(words: readonly string[]): string[] {
  if (words.length > maxWords) return [...words]
  return orderSides(frontPraise(frontAuxiliary(moveFrontPhrase(words))))
}

function moveFrontPhrase(words: readonly string[]): string[] {
  const at = words.findIndex((word) => askers.includes(word))
  if (!openers.includes(words[0] ?? '') || at < 2) return [...words]
  return [...words.slice(at), ...words.slice(0, at)]
}

/** Of two that are only held against each other neither comes first. */
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

/** "Why the sky is blue" is asked like "why is the sky blue". */
function frontAuxiliary(words: readonly string[]): string[] {
  const at = words.findIndex((word) => auxiliaries.includes(word))
  if ((words[0] !== 'why' && words[0] !== 'how') || at < 2 || at > 4 || words[1] === 'to') return [...words]
  return [words[0], words[at] ?? '', ...words.slice(1, at), ...words.slice(at + 1)]
}

/** "Which job is best in India" is asked like "what is the best job in India". */
function frontPraise(words: readonly string[]): string[] {
  const at = words.indexOf('best')
  const closes = at === words.length - 1 || openers.includes(words[at + 1] ?? '')
  if (words[0] !== 'what' || at < 3 || at > 6 || words[at - 1] !== 'be' || !closes) return [...words]
  return ['what', 'be', 'best', ...words.slice(1, at - 1), ...words.slice(at + 1)]
}
