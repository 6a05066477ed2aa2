import { isAnagramTwin } from '../anagram-twins'
import { isDated } from './dated-words'
import type { ContentWord } from './read-question'
import { areForms } from './word-root'

/** Content words of two questions: those that stand in both, and what is left on either side. */
export type MatchedContent = {
  pairs: readonly (readonly [ContentWord, ContentWord])[]
  left: readonly ContentWord[]
  right: readonly ContentWord[]
}

/** Pairs the words of two questions, by root first, then those that are slips of typing. */
export function matchContent(a: readonly ContentWord[], b: readonly ContentWord[]): MatchedContent {
  const pairs: [ContentWord, ContentWord][] = []
  const right = [...b]
  const take = (word: ContentWord, fits: (other: ContentWord) => boolean) => {
    const at = right.findIndex(fits)
    const [other] = at < 0 ? [] : right.splice(at, 1)
    if (other) pairs.push([word, other])
    return other === undefined
  }
  const unlike = a.filter((word) => take(word, (other) => other.root === word.root && areForms(word.word, other.word)))
  const left = unlike.filter((word) => take(word, (other) => isSlip(word, other)))
  return { pairs, left, right }
}

/**
 * Two letters exchanged, or one doubled. Of two real words that differ so ("angel", "angle") none is six letters long
 * but those in the list of twins.
 */
function isSlip(a: ContentWord, b: ContentWord): boolean {
  const x = a.word
  const y = b.word
  if (a.isNumber || b.isNumber || Math.min(x.length, y.length) < 6 || (a.isNamed && b.isNamed)) return false
  if (!(x.length === y.length ? areSwapped(x, y) : x.length > 7 && undouble(x) === undouble(y))) return false
  return !isDated(x) && !isDated(y) && !isAnagramTwin(x) && !isAnagramTwin(y)
}

function areSwapped(x: string, y: string): boolean {
  const at = [...x].findIndex((letter, index) => letter !== y[index])
  return at > 0 && x[at] === y[at + 1] && x[at + 1] === y[at] && x.slice(at + 2) === y.slice(at + 2)
}

/** Where it is not the ending that doubles a letter ("hoping", "hopping"). */
const undouble = (word: string) => word.replace(/([a-z])\1(?!(?:ing|ed|er|y)$)/g, '$1')
