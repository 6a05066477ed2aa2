import { isAnagramTwin } from '@/lib/question-match/anagram-twins'
import { areAntonyms } from './antonyms'
import type { Objection } from './guard-verdict'
import { isAdverb, isDeed, isPraise, isSuperlative, narrows } from './narrowing-words'
import type { ContentWord, Reading } from './read-question'
import { isDated } from './weak-words'
import { areForms } from './word-root'

/**
 * No word that an answer depends on is exchanged for another. A question may say more than the other where what it adds
 * does not narrow: praise and emphasis always, besides those up to two nouns within what was said anyway.
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
  // A price may go without its currency, not with another.
  const strong = rest.filter((word) => !word.isWeak && !isPrice(word))
  const isExchange = left.length > 0 && right.length > 0
  if (isExchange && !isLoose(a, b, matched)) return { rule: 'exchanged', detail }
  if (turnsAnother(a, b, matched) || turnsAnother(b, a, matched)) return { rule: 'added', detail }
  return strong.length <= mostAdded && !strong.some(narrows)
    ? null
    : { rule: isExchange ? 'exchanged' : 'added', detail }
}

/**
 * Whether what stands on one side only is no answer to what stands on the other: one side says nothing of weight, and the
 * two do not stand in the same place.
 */
function isLoose(a: Reading, b: Reading, { pairs, left, right }: MatchedContent): boolean {
  if (left.some(isDeed) && right.some(isDeed)) return false
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
 * Whether what one question adds makes another thing of what both say: a verb in front ("return a serve", "serve"), a noun
 * behind ("a cold sore", "a cold"). Behind a name it says what that is.
 */
function turnsAnother({ kind, content }: Reading, other: Reading, { pairs, left, right }: MatchedContent): boolean {
  const isSaid = ({ root }: ContentWord) => pairs.some(([one]) => one.root === root)
  return content.some((word, index) => {
    if (word.isWeak || isAdverb(word) || isSaid(word) || !(left.includes(word) || right.includes(word))) return false
    const before = content[index - 1]
    if (!before) return kind === 'how to'
    const same = pairs.find((pair) => pair.includes(before))?.find((one) => other.content.includes(one))
    return word.follows && !before.isNamed && same !== undefined && isLast(content, word) && isLast(other.content, same)
  })
}

/** Whether no word that it could be said of stands right behind a word. */
function isLast(content: readonly ContentWord[], word: ContentWord): boolean {
  const after = content[content.indexOf(word) + 1]
  return !after?.follows || isAdverb(after)
}

/** More than this is another thought. */
const mostAdded = 2

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

/** Whether a word says of what a number is so many: a measure or a currency. */
const isUnit = (word: string) => units.includes(word) || units.includes(word.replace(/s$/, ''))

const currencySigns = Object.freeze(['$', '€', '£', '¥', '₹', 'usd', 'eur', 'gbp', 'jpy', 'inr', 'rs'])

/** Whether a word is a currency as it is written beside a price. */
const isCurrencySign = (word: string) => currencySigns.includes(word)

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
