import { areAntonyms } from './antonyms'
import { isDated } from './dated-words'
import type { Objection } from './guard-verdict'
import type { MatchedContent } from './match-content'
import { isAdverb, isDeed, isPraise, isSuperlative, narrows } from './narrowing-words'
import type { ContentWord, Reading } from './read-question'
import { isCurrencySign, isUnit } from './units'

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
