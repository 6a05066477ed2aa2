import { foldSpelling, stem } from '@/lib/question-match/fold-words'
import { baseForm, meaningOf } from './synonyms'

/** Words that must keep their ending, because it is part of the word or removing it gives another word. */
const unchanged = Object.freeze(
  `during morning evening nothing something anything everything thing king ring spring string wing being ceiling wedding
  building hardly lately nearly barely shortly highly only early daily weekly monthly yearly family reply apply supply
  july italy fly rely bed red need seed speed feed weed seed hundred united indeed breed bleed sacred naked wicked news
  meeting clothing housing engineering marketing parking shopping painting
  station business nation ration mention question section action fiction motion position
  moment comment document element cement segment apartment department government equipment environment`.split(/\s+/),
)

/**
 * Endings of tense and number. Endings that form another word are not in the list: "product" and "production",
 * "organ" and "organization", "sect" and "section", and "general" and "generally" have different meanings.
 */
const endings = Object.freeze([
  [/^(.{3,})ied$/, '$1y'],
  [/^(.{2,}[aeiouy][^aeiou]*)ings?$/, '$1'],
  [/^(.{2,}[aeiouy][^aeiou]*)ed$/, '$1'],
] as const)

/**
 * Returns the root of an English word, which is the same for all of its forms and synonyms: the base
 * form of the representative synonym, without endings of tense and number. A root may not be a real
 * word and must only be compared with other roots.
 */
export function wordRoot(word: string): string {
  const singular = stem(foldSpelling(word))
  const base = baseForm(word) === word ? baseForm(singular) : baseForm(word)
  const known = meaningOf(base)
  return known === base ? withoutEnding(meaningOf(toListedForm(base))) : withoutEnding(known)
}

/**
 * Removes a verb ending if the result is in the list of synonyms, so that the list needs one form of each word only.
 */
function toListedForm(word: string): string {
  if (unchanged.includes(word) || !/(?:ing|ed)$/.test(word)) return word
  const cut = word.replace(/(?:ing|ed)$/, '')
  if (cut.length < 3 || !/[aeiouy]/.test(cut)) return word
  const single = cut.replace(/([bdgmnprt])\1$/, '$1')
  return [cut, `${cut}e`, single].find((form) => meaningOf(form) !== form) ?? word
}

/**
 * A verb also loses a final e, because its forms in -ed and -ing do not show whether there was one. `areForms`
 * ensures that "plane" and "plan" are still different.
 */
function withoutEnding(word: string): string {
  if (word.length < 5 || unchanged.includes(word)) return word
  for (const [ending, kept] of endings) {
    if (ending.test(word))
      return word
        .replace(ending, kept)
        .replace(/([bdgmnprt])\1$/, '$1')
        .replace(/e$/, '')
  }
  return word.replace(/e$/, '')
}

/**
 * Returns whether two words with the same root can be forms of one word. They cannot if a final e or a doubled letter
 * makes them different words ("scrape" and "scrap", "hoping" and "hopping").
 */
export function areForms(a: string, b: string): boolean {
  const [one, other] = [stem(foldSpelling(a)), stem(foldSpelling(b))]
  if (one === other) return true
  const single = (word: string) => word.replace(/([a-z])\1(ing|ed)$/, '$1$2')
  return `${one}e` !== other && `${other}e` !== one && single(one) !== other && single(other) !== one
}
