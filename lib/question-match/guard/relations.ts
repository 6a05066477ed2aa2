/**
 * Words that say on which side, when, or on what condition. They weigh nothing in an embedding and turn an answer
 * round. By first word: what stands for all of its kind.
 */
const kinds = `
  without lacking sans
  before prior
  after following afterwards
  until till
  since
  during
  while whilst whereas
  unless
  if provided assuming
  only solely exclusively
  except excluding besides
  including
  against
  than
  instead
  between
  under below beneath underneath
  over above
  behind
  inside
  outside
  off
  despite
  because
  alone
  more
  less fewer
  most
  least
  few
  several
  every each
  all
  both
  half
  twice
  once
  other another
  same
  different
  rarely seldom`

const relations: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(
    kinds
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' '))
      .flatMap((words) => words.map((word) => [word, words[0] ?? word])),
  ),
)

/** The kind of a word of direction, condition or quantity; null for any other word. */
export const relationOf = (word: string): string | null =>
  Object.hasOwn(relations, word) ? (relations[word] ?? null) : null

/** Prepositions that are often exchanged without a change of meaning, a class a line. */
const loose = Object.freeze(
  [
    'in on at of for within into near by around',
    'of about on for regarding over concerning in',
    'with using by through via in from',
    'to into onto towards toward for in',
    'as for',
  ].map((line) => Object.freeze(line.split(' '))),
)
/** Particles that are often said or not said ("clean out", "start up"); against each other they decide. */
const particles = Object.freeze([
  'up',
  'down',
  'out',
  'back',
  'away',
  'again',
  'along',
  'together',
  'too',
  'still',
  'yet',
])

/** Whether a word is such a particle. */
export const isParticle = (word: string) => particles.includes(word)

const strictPairs = Object.freeze([
  'by about',
  'by for',
  'to from',
  'for from',
  'in from',
  'by to',
  'near in',
  'by in',
  'in on',
  'on at',
])

/** Words that only tie the next word to the rest. */
export const isPreposition = (word: string) => loose.some((kind) => kind.includes(word))

/** Whether a word may stand behind either preposition without meaning another thing. */
export function mayBeExchanged(a: string, b: string): boolean {
  if (a === b) return true
  if (strictPairs.includes(`${a} ${b}`) || strictPairs.includes(`${b} ${a}`)) return false
  return loose.some((kind) => kind.includes(a) && kind.includes(b))
}
