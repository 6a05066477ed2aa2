import { areAntonyms } from './antonyms'
import { isDated } from './dated-words'
import type { Objection } from './guard-verdict'
import type { MatchedContent } from './match-content'
import { isDeed, narrows } from './narrowing-words'
import type { ContentWord } from './read-question'
import { isUnit } from './units'

/**
 * No word that an answer depends on is exchanged for another. A question may say more than the other where what it adds
 * does not narrow: praise and emphasis always, besides those up to two nouns within what was said anyway.
 */
export function objectToContent({ left, right }: MatchedContent): Objection {
  if (left.length === 0 && right.length === 0) return null
  const detail = `${list(left)}/${list(right)}`
  for (const a of left)
    for (const b of right) if (areAntonyms(a.word, b.word) || areAntonyms(a.root, b.root)) return { rule: 'antonym', detail: `${a.word}/${b.word}` }
  const rest = [...left, ...right]
  if (rest.some(({ word }) => isDated(word))) return { rule: 'date', detail }
  if (rest.some(({ word }) => isUnit(word))) return { rule: 'unit', detail }
  if (rest.some(({ isNamed }) => isNamed)) return { rule: 'name', detail }
  const strong = rest.filter(({ isWeak }) => !isWeak)
  if (left.length > 0 && right.length > 0)
    return strong.length === 0 && !(left.some(isDeed) && right.some(isDeed)) ? null : { rule: 'exchanged', detail }
  return strong.length <= mostAdded && !strong.some(narrows) ? null : { rule: 'added', detail }
}

/** More than this is another thought. */
const mostAdded = 2

const list = (words: readonly ContentWord[]) => words.map(({ word }) => word).join(' ') || '-'
