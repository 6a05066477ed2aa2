import { areAntonyms } from './antonyms'
import { isDated } from './dated-words'
import type { Objection } from './guard-verdict'
import type { MatchedContent } from './match-content'
import type { ContentWord } from './read-question'
import { isUnit } from './units'

/**
 * Every word that an answer depends on stands in both questions. Praise and emphasis may stand in one of them, but not
 * one such word against another.
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
  if (left.length > 0 && right.length > 0) return { rule: 'exchanged', detail }
  return rest.every(({ isWeak }) => isWeak) ? null : { rule: 'added', detail }
}

const list = (words: readonly ContentWord[]) => words.map(({ word }) => word).join(' ') || '-'
