import { hasAntonym } from './antonyms'
import type { ContentWord } from './read-question'

/** Endings of adjectives and adverbs, by which a thing is made a special one. */
const adjective = /(?:..ed|..en|ic|ical|al|an|ive|ous|less|ful|able|ible|ish|ent|ant|ary|ly|free|proof|ing)$/

/** Short ones that have no such ending and no contrary, people and ways that answers differ by. */
const special = Object.freeze(
  `raw half baby toddler infant child kid teen adult senior man woman girl boy male female student beginner expert pro
  dog cat horse bird fish animal pet plant
  gold silver iron steel wood wooden glass plastic paper cotton wool leather
  red green blue black white yellow brown gray pink purple orange
  gluten sugar salt halal kosher dairy fat diet
  online offline abroad home work school winter summer night day
  alone twice once alike spare fake mock rare blind deaf mini micro mega ultra
  very truly just exactly -`.split(/\s+/),
)

/** A phrase that one of these opens says for whom, with what, as what. */
const conditions = Object.freeze([
  'for',
  'with',
  'as',
  'by',
  'in',
  'on',
  'at',
  'from',
  'near',
  'during',
  'through',
  'using',
])

/** Whether a word makes what a question is about a special case of it, so that the answer may be another. */
export function narrows({ word, root, tie, joins }: ContentWord): boolean {
  if (joins || (tie !== null && conditions.includes(tie))) return true
  return (
    adjective.test(word) || special.includes(word) || special.includes(root) || hasAntonym(word) || hasAntonym(root)
  )
}

const deeds = Object.freeze('make made use used using buy start keep become watch read see do take find get'.split(' '))

/** Whether a word that is said of anything is something one does: against another deed it is what is asked. */
export const isDeed = ({ word }: ContentWord) => deeds.includes(word)

const praise = Object.freeze(
  `best good great top interesting favorite amazing awesome cool nice effective efficient excellent fantastic wonderful
  incredible outstanding brilliant superb fascinating unbelievable remarkable impressive must`.split(/\s+/),
)

const superlatives = Object.freeze(['best', 'top', 'greatest'])

/** Whether a word is a superlative: a good score is not the best one. */
export const isSuperlative = ({ word }: ContentWord) => superlatives.includes(word)

/** Whether a word only asks for a good one. */
export const isPraise = ({ word }: ContentWord) => praise.includes(word)

const verdicts = Object.freeze(
  'legal illegal safe ok bad worth wise healthy dangerous necessary possible important'.split(' '),
)

/** Whether a word judges all of what is asked about, wherever it stands: "is it legal to …", "is … legal". */
export const isRateLimitResult = ({ word }: ContentWord) => praise.includes(word) || verdicts.includes(word)

const adverbs = Object.freeze('well fast hard now soon later forever often always right lot'.split(' '))

/** Whether a word says how or when, of whatever stands before it. */
export const isAdverb = ({ word }: ContentWord) => word.endsWith('ly') || adverbs.includes(word)
