import { isAnagramTwin } from './anagram-twins'

/** Plurals that mean something else than their singular, and words that only look like plurals. */
const notPlural = Object.freeze([
  'news',
  'goods',
  'arms',
  'customs',
  'windows',
  'glasses',
  'species',
  'series',
  'means',
  'always',
  'perhaps',
  'does',
  'was',
  'has',
  'its',
  'his',
  'this',
  'thus',
  'yes',
  'less',
  'regards',
  'besides',
  'sometimes',
  'afterwards',
  'towards',
])

/** Without the plural's ending (Harman's S-stemmer): the lightest there is, so that no two things become one. */
export function stem(word: string): string {
  if (notPlural.includes(word)) return word
  // "movies" could be of "movy" or of "movie": both go the same way.
  if (/...ies?$/.test(word)) return word.replace(/ies?$/, 'y')
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
