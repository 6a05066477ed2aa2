import { areAntonyms } from './antonyms'
import type { Objection } from './guard-verdict'
import type { MatchedContent } from './object-to-content'
import type { Reading } from './read-question'
import { isParticle, mayBeExchanged } from './relations'

/** Relations that apply to the next content word, so they must precede the same word in both questions. */
const anchored = Object.freeze('before after without except only until since unless against off'.split(' '))

/** Requires that both questions have the same words of direction, condition and quantity, before the same words. */
export function objectToRelations(a: Reading, b: Reading): Objection {
  const left = missing(kinds(a), kinds(b))
  const right = missing(kinds(b), kinds(a))
  for (const x of left) for (const y of right) if (areAntonyms(x, y)) return { rule: 'antonym', detail: `${x}/${y}` }
  if (left.length + right.length > 0)
    return { rule: 'direction', detail: `${left.join(' ') || '-'}/${right.join(' ') || '-'}` }
  for (const x of missing(a.particles, b.particles))
    for (const y of missing(b.particles, a.particles)) return { rule: 'direction', detail: `${x}/${y}` }
  const phrasal = missing(phrasals(a), phrasals(b))[0] ?? missing(phrasals(b), phrasals(a))[0]
  if (phrasal) return { rule: 'direction', detail: phrasal }
  const joined = joiner(a) && joiner(b) && joiner(a) !== joiner(b)
  if (joined) return { rule: 'direction', detail: `${joiner(a)}/${joiner(b)}` }
  const moved = missing(anchors(a), anchors(b))[0]
  return moved === undefined ? null : { rule: 'direction', detail: moved }
}

/** Verbs that change their meaning with a particle, such as "throw" and "throw away". */
const phrasalVerbs = Object.freeze(
  `throw give put take turn break make look get go come set bring call carry fall hold keep pass pick pull run send
  stand act blow cut drop`.split(/\s+/),
)
const phrasals = ({ words }: Reading) =>
  words.flatMap((word, index) => {
    const particle = phrasalVerbs.includes(word) ? words.slice(index + 1, index + 4).find(isParticle) : undefined
    return particle ? [`${word} ${particle}`] : []
  })

/** Returns the conjunction of a question, or null if it has neither "and" nor "or", or both. */
const joiner = ({ words }: Reading) =>
  words.includes('and') === words.includes('or') ? null : words.includes('or') ? 'or' : 'and'

/** Requires that the prepositions before a word that both questions share are interchangeable. */
export function objectToTies({ pairs }: MatchedContent): Objection {
  // Prepositions before numbers are never interchangeable: "the War of 1812" is only one of "the wars in 1812".
  for (const [{ word, tie, isNumber }, other] of pairs)
    if (isNumber && tie !== other.tie && tie && other.tie)
      return { rule: 'direction', detail: `${tie}/${other.tie} ${word}` }
    else if (tie && other.tie ? !mayBeExchanged(tie, other.tie) : tie === 'from' || other.tie === 'from')
      return { rule: 'direction', detail: `${tie ?? '-'}/${other.tie ?? '-'} ${word}` }
  return null
}

const kinds = ({ relations }: Reading) => relations.map(({ relation }) => relation)
const anchors = ({ relations }: Reading) =>
  relations.flatMap(({ relation, anchor }) => (anchored.includes(relation) && anchor ? [`${relation} ${anchor}`] : []))

/** Returns the items of the first list that the second list lacks, counting duplicates. */
export function missing(from: readonly string[], other: readonly string[]): string[] {
  const rest = [...other]
  return from.filter((item) => {
    const at = rest.indexOf(item)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
}
