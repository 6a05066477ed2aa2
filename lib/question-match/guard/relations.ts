/**
 * Words of direction, time, condition and quantity. They hardly change an embedding but can reverse an answer.
 * The first word of each line represents its kind.
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

/** Returns the kind of a word of direction, time, condition or quantity, or null for any other word. */
export const relationOf = (word: string): string | null =>
  Object.hasOwn(relations, word) ? (relations[word] ?? null) : null

/** Classes of prepositions that can often replace each other without a change of meaning. */
const interchangeable = Object.freeze(
  [
    'in on at of for within into near by around',
    'of about on for regarding over concerning in',
    'with using by through via in from',
    'to into onto towards toward for in',
    'as for',
  ].map((line) => Object.freeze(line.split(' '))),
)
/** Particles that are often optional ("clean out", "start up"). Two different particles must not be matched. */
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

export const isParticle = (word: string) => particles.includes(word)

/** Pairs within one class that must not replace each other. */
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

export const isPreposition = (word: string) => interchangeable.some((kind) => kind.includes(word))

/** Returns whether two prepositions before the same word can replace each other without a change of meaning. */
export function mayBeExchanged(a: string, b: string): boolean {
  if (a === b) return true
  if (strictPairs.includes(`${a} ${b}`) || strictPairs.includes(`${b} ${a}`)) return false
  return interchangeable.some((kind) => kind.includes(a) && kind.includes(b))
}
