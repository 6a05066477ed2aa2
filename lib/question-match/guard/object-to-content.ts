import { isAnagramTwin } from '@/lib/question-match/anagram-twins'
import { areAntonyms } from './antonyms'
import type { Objection } from './guard-verdict'
import { isAction, isAdverb, isPraise, isSuperlative, narrows } from './narrowing-words'
import type { ContentWord, Reading } from './read-question'
import { isDated } from './weak-words'
import { areForms } from './word-root'

/**
 * Requires that no content word is replaced by another. One question may have additional words if they do not narrow
 * it: any number of weak words (praise and emphasis), and up to two other words that do not change the subject.
 */
export function objectToContent(a: Reading, b: Reading, matched: MatchedContent): Objection {
  const { left, right } = matched
  if (left.length === 0 && right.length === 0) return null
  const detail = `${list(left)}/${list(right)}`
  for (const x of left)
    for (const y of right)
      if (areAntonyms(x.word, y.word) || areAntonyms(x.root, y.root))
        return { rule: 'antonym', detail: `${x.word}/${y.word}` }
  const rest = [...left, ...right]
  if (rest.some(({ word }) => isDated(word))) return { rule: 'date', detail }
  if (rest.some(({ word }) => isUnit(word) && !isCurrencySign(word))) return { rule: 'unit', detail }
  if (left.some(isPrice) && right.some(isPrice)) return { rule: 'unit', detail }
  if (rest.some((word) => word.isNamed && !isPrice(word))) return { rule: 'name', detail }
  // A price may lack its currency, but it must not have another one.
  const strong = rest.filter((word) => !word.isWeak && !isPrice(word))
  const isExchange = left.length > 0 && right.length > 0
  if (isExchange && !isAddition(a, b, matched)) return { rule: 'exchanged', detail }
  if (changesSubject(a, b, matched) || changesSubject(b, a, matched)) return { rule: 'added', detail }
  return strong.length <= maxAdded && !strong.some(narrows)
    ? null
    : { rule: isExchange ? 'exchanged' : 'added', detail }
}

/**
 * Returns whether the unmatched words of both questions are unrelated additions and not replacements of each other.
 * One side must have only weak words, and the unmatched words must be at different positions. Praise may also be
 * replaced by other praise, unless only one side has a superlative.
 */
function isAddition(a: Reading, b: Reading, { pairs, left, right }: MatchedContent): boolean {
  if (left.some(isAction) && right.some(isAction)) return false
  const isWeakOnly = (words: readonly ContentWord[]) => words.every(({ isWeak }) => isWeak)
  if (!isWeakOnly(left) && !isWeakOnly(right)) return false
  const number = new Map<ContentWord, number>(
    pairs.flatMap((pair, index) => pair.map((word) => [word, index] as const)),
  )
  const places = ({ content }: Reading) => content.map((word) => number.get(word) ?? '*').join(' ')
  return (
    places(a).replace(/\*( \*)+/g, '*') !== places(b).replace(/\*( \*)+/g, '*') ||
    ([...left, ...right].every(isPraise) && left.some(isSuperlative) === right.some(isSuperlative))
  )
}

/**
 * Returns whether an added word changes the subject of both questions: a verb before it ("return a serve", "serve")
 * or a noun after it ("a cold sore", "a cold"). A noun after a name only describes the name.
 */
function changesSubject({ kind, content }: Reading, other: Reading, { pairs, left, right }: MatchedContent): boolean {
  const isShared = ({ root }: ContentWord) => pairs.some(([one]) => one.root === root)
  return content.some((word, index) => {
    if (word.isWeak || isAdverb(word) || isShared(word) || !(left.includes(word) || right.includes(word))) return false
    const before = content[index - 1]
    if (!before) return kind === 'how to'
    const same = pairs.find((pair) => pair.includes(before))?.find((one) => other.content.includes(one))
    return word.follows && !before.isNamed && same !== undefined && isLast(content, word) && isLast(other.content, same)
  })
}

/** Returns whether a word is not directly followed by another word that it could modify. */
function isLast(content: readonly ContentWord[], word: ContentWord): boolean {
  const after = content[content.indexOf(word) + 1]
  return !after?.follows || isAdverb(after)
}

/** More added words make it a different question. */
const maxAdded = 2

const isPrice = ({ word }: ContentWord) => isCurrencySign(word)

const list = (words: readonly ContentWord[]) => words.map(({ word }) => word).join(' ') || '-'

const units = Object.freeze(
  `mm cm dm m km inch feet foot ft yard mile millimeter centimeter meter kilometer metre kilometre nanometer micron
  mg g kg gram kilogram milligram microgram tonne ton ounce oz pound lb lbs stone carat
  ml cl dl l liter litre milliliter centiliter gallon pint quart cup teaspoon tablespoon tsp tbsp barrel
  celsius fahrenheit kelvin degree radian
  bit byte kb mb gb tb pb kilobyte megabyte gigabyte terabyte kib mib gib bps kbps mbps gbps
  watt kilowatt megawatt kwh joule calorie kilocalorie kcal volt ampere amp ohm hertz khz mhz ghz pascal bar psi decibel db
  ms sec min hr mph kmh knot acre hectare sqft newton horsepower hp lumen lux mole
  % percent percentage permille point dozen pair
  $ € £ ¥ ₹ usd eur gbp jpy inr rs cny chf aud cad dollar euro pound yen rupee yuan franc peso rand won real lira ruble
  rouble krona krone zloty dinar dirham riyal shekel baht cent penny pence bitcoin ether`.split(/\s+/),
)

/** Returns whether a word is a unit of measurement or a currency. */
const isUnit = (word: string) => units.includes(word) || units.includes(word.replace(/s$/, ''))

const currencySigns = Object.freeze(['$', '€', '£', '¥', '₹', 'usd', 'eur', 'gbp', 'jpy', 'inr', 'rs'])

/** Returns whether a word is a currency sign or code, as it is written next to a price. */
const isCurrencySign = (word: string) => currencySigns.includes(word)

/** The content words of two questions: pairs that occur in both, and the unmatched words of each. */
export type MatchedContent = {
  pairs: readonly (readonly [ContentWord, ContentWord])[]
  left: readonly ContentWord[]
  right: readonly ContentWord[]
}

/** Pairs the content words of two questions, first by root and then as typos of each other. */
export function matchContent(a: readonly ContentWord[], b: readonly ContentWord[]): MatchedContent {
  const pairs: [ContentWord, ContentWord][] = []
  const right = [...b]
  const pairWith = (word: ContentWord, matches: (other: ContentWord) => boolean) => {
    const at = right.findIndex(matches)
    const [other] = at < 0 ? [] : right.splice(at, 1)
    if (other) pairs.push([word, other])
    return other === undefined
  }
  const unlike = a.filter((word) =>
    pairWith(word, (other) => other.root === word.root && areForms(word.word, other.word)),
  )
  const left = unlike.filter((word) => pairWith(word, (other) => isTypo(word, other)))
  return { pairs, left, right }
}

/**
 * Returns whether one word is a typo of the other: two swapped letters, or a doubled one. The words must have
 * at least six letters. Real words of this length that differ only by a swap are listed as anagram
 * twins; shorter ones ("angel", "angle") are not.
 */
function isTypo(a: ContentWord, b: ContentWord): boolean {
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

/** Removes doubled letters, except before an ending, where they distinguish words ("hoping", "hopping"). */
const undouble = (word: string) => word.replace(/([a-z])\1(?!(?:ing|ed|er|y)$)/g, '$1')
