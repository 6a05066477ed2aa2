import { isAnagramTwin } from './anagram-twins'

/** Plurals and names that mean something else without the s, and words that only look like plurals. */
const notPlural = Object.freeze(
  `news goods arms customs windows glasses species series means always perhaps does was has its his this thus yes less
  regards besides sometimes afterwards towards premises pants shorts briefs boxers tights slips jeans clothes brains spirits
  manners minutes damages remains contents forces physics politics economics ethics athletics mechanics electronics graphics
  statistics genetics dynamics basics classics logistics acoustics robotics plastics cosmetics metrics comics blues savings
  earnings surroundings belongings greens woods waters heavens stairs scales spectacles quarters headquarters works papers
  letters pains airs ashes effects grounds honors honours irons respects sands times darts checkers draughts trunks thanks
  states lens atlas canvas christmas texas kansas wales mars jobs adams williams roberts peters stevens edwards
  richards phillips andrews daniels owens evans simmons rogers walters johns jones james charles marks brooks woods parks
  stocks bonds securities facilities humanities amenities specialties ladies gents`.split(/\s+/),
)

/** Words in -ie. All other plurals in -ies belong to words in -y ("caddie" and "caddy" are different words). */
const inIe = Object.freeze(
  `movie cookie zombie calorie selfie brownie rookie hippie smoothie hoodie genie collie prairie foodie newbie goalie birdie
  junkie townie sortie pixie budgie bookie caddie veggie indie oldie freebie groupie cutie techie auntie`.split(/\s+/),
)

/** Without the plural's ending (Harman's S-stemmer): the lightest there is, so that no two things become one. */
export function stem(word: string): string {
  if (notPlural.includes(word)) return word
  if (/...ies$/.test(word)) return inIe.includes(word.slice(0, -1)) ? word.slice(0, -1) : word.replace(/ies$/, 'y')
  if (/(?:ss|sh|x)es$/.test(word)) return word.slice(0, -2)
  return /...s$/.test(word) && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word
}

/**
 * A word with the letters between its first and last in order of the alphabet: the commonest slip of typing, two letters
 * exchanged, gives the same. Where that would make two real words one ("casual" and "causal"), they stay as they are.
 */
export function foldTypos(word: string): string {
  if (word.length < 6 || !/^[a-z]+$/.test(word) || isAnagramTwin(word)) return word
  return `${word[0]}${[...word.slice(1, -1)].toSorted().join('')}${word.at(-1)}`
}
