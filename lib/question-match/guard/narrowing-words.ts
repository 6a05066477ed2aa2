import { hasAntonym } from './antonyms'
import type { ContentWord } from './read-question'

/** Endings of adjectives and adverbs, which usually narrow a question. */
const adjective = /(?:..ed|..en|ic|ical|al|an|ive|ous|less|ful|able|ible|ish|ent|ant|ary|ly|free|proof|ing)$/

/** Words that narrow a question but have neither such an ending nor a listed opposite. */
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

/** Prepositions of phrases that add a condition to a question, such as "for children" or "with yeast". */
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

/** Returns whether a word narrows a question to a special case, so that the answer may differ. */
export function narrows({ word, root, tie, joins }: ContentWord): boolean {
  if (joins || (tie !== null && conditions.includes(tie))) return true
  return (
    adjective.test(word) || special.includes(word) || special.includes(root) || hasAntonym(word) || hasAntonym(root)
  )
}

const actions = Object.freeze(
  'make made use used using buy start keep become watch read see do take find get'.split(' '),
)

/**
 * Returns whether a word is a frequent verb. If two questions differ in such verbs, they ask about different actions.
 */
export const isAction = ({ word }: ContentWord) => actions.includes(word)

const praise = Object.freeze(
  `best good great top interesting favorite amazing awesome cool nice effective efficient excellent fantastic wonderful
  incredible outstanding brilliant superb fascinating unbelievable remarkable impressive must`.split(/\s+/),
)

const superlatives = Object.freeze(['best', 'top', 'greatest'])

/** Returns whether a word is a superlative. "A good score" and "the best score" are different questions. */
export const isSuperlative = ({ word }: ContentWord) => superlatives.includes(word)

/** Returns whether a word only asks for something good. */
export const isPraise = ({ word }: ContentWord) => praise.includes(word)

const verdicts = Object.freeze(
  'legal illegal safe ok bad worth wise healthy dangerous necessary possible important'.split(' '),
)

/** Returns whether a word evaluates the whole subject, at any position: "is it legal to …", "is … legal". */
export const isVerdict = ({ word }: ContentWord) => praise.includes(word) || verdicts.includes(word)

const adverbs = Object.freeze('well fast hard now soon later forever often always right lot'.split(' '))

/** Returns whether a word is an adverb, which modifies the words before it. */
export const isAdverb = ({ word }: ContentWord) => word.endsWith('ly') || adverbs.includes(word)
