import { isAnagramTwin } from './anagram-twins'

/**
 * Spelling variants, one word per line. Spellings that are also another word are not in the list ("tyre"
 * and "Tyre", "gray" the unit, "program" and "programme"). Synonyms are not in the list either, because
 * whether they mean the same depends on the question.
 */
const sameWords = `
  math maths
  liter litre
  fiber fibre
  ok okay
  favorite favourite
  judgment judgement
  aging ageing
  enrollment enrolment
  defense defence
  license licence
  catalog catalogue
  donut doughnut
  yogurt yoghurt
  aluminum aluminium
  mustache moustache
  pajamas pyjamas
  skeptical sceptical
  airplane aeroplane
  jewelry jewellery
  sulfur sulphur
  artifact artefact
  cozy cosy
  learned learnt
  burned burnt
  dreamed dreamt
  fulfill fulfil
  enroll enrol
  skillful skilful
  while whilst
  among amongst
  toward towards`

const folded: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(
    sameWords
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' '))
      .flatMap(([canonical = '', ...others]) => others.map((other) => [other, canonical])),
  ),
)

/** Phrases and compounds with several spellings. They must be folded before the text is split into words. */
const phrases = Object.freeze([
  [/\b(?:the )?(?:u\.s\.a?\.?(?=[\s,]|$)|united states(?: of america)?\b|us\.abbr\b|usa\b)/g, 'usa'],
  [/\b(?:the )?(?:u\.k\.?(?=[\s,]|$)|united kingdom\b|uk\b)/g, 'uk'],
  [/(?<=[a-z]{3}) & (?=[a-z]{3})/g, ' and '],
  [/\be-mail/g, 'email'],
  [/\bon-line\b/g, 'online'],
  [/\bweb ?site/g, 'website'],
  [/\b(?:rs\.? ?)(?=\d)/g, 'rs '],
  [/(?<!\brs )\b(\d[\d,.]*) ?(?:rs|rupees?)\b/g, 'rs $1'],
  // A 401k and a 403b are retirement plans, so the letter is not a unit.
  [/\b(?!401k)(\d{2,3})k\b/g, '$1000'],
  [/\b(\d[\d,.]*) ?(kilo|centi|milli)?metre(s?)\b/g, '$1 $2meter$3'],
  [/\bsmart phone/g, 'smartphone'],
  [/\bcellphone/g, 'cell phone'],
  [/\bwi-fi\b/g, 'wifi'],
] as const)

/** Converts phrases that have several spellings to one of them, in a normalized English text. */
export function foldPhrases(text: string): string {
  let folded = text
  for (const [phrase, canonical] of phrases) folded = folded.replace(phrase, canonical)
  return folded
}

/**
 * Words in -our and verbs in -l whose spelling differs between countries. A rule for all such words would confuse
 * "filled" with "filed" and "pouring" with "poring". "Labour" and "Labor" are names of different parties.
 */
const inOur =
  /^((?:dis)?(?:col|fav|hon)|neighb|misbehavi|behavi|flav|hum|rum|harb|tum|arm|vap|od|parl|sav|savi|val|vig|endeav|glam|ranc|splend|ard|clam|ferv|cand|demean)our(s|ed|ing|ful|less|able|ite|ites|hood|hoods)?$/
const inDoubleL =
  /^((?:un)?travel|cancel|model|label|level|fuel|signal|total|counsel|dial|equal|jewel|marvel|quarrel|shovel|tunnel|channel|panel|parcel|spiral|snorkel|unravel|duel|refuel|barrel|bevel|funnel|libel|stencil|pencil|swivel)l(ed|ing|ers?)$/

/** Returns the American spelling of an English word. */
export function foldSpelling(word: string): string {
  const singular = word.replace(/s$/, '')
  if (Object.hasOwn(folded, word)) return folded[word] ?? word
  if (Object.hasOwn(folded, singular)) return `${folded[singular]}s`
  if (word.length < 6 || !/^[a-z]+$/.test(word)) return word
  return word
    .replace(/aem(i[ac]s?)$/, 'em$1')
    .replace(/^(an|p|orthop|h)ae(?=[dmst])/, '$1e')
    .replace(/rrhoea/, 'rrhea')
    .replace(/^oe(?=s)/, 'e')
    .replace(/(?<!^pr)is(e[ds]?|ing|ations?|ers?)$/, 'iz$1')
    .replace(/yse([ds]?)$/, 'yze$1')
    .replace(inOur, '$1or$2')
    .replace(/(cen|kilome|centime|millime|thea)tre(s?)$/, '$1ter$2')
    .replace(inDoubleL, '$1$2')
}

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

/**
 * Removes the plural ending (Harman's S-stemmer). A stronger stemmer must not be used, because
 * it would merge words with different meanings.
 */
export function stem(word: string): string {
  if (notPlural.includes(word)) return word
  if (/...ies$/.test(word)) return inIe.includes(word.slice(0, -1)) ? word.slice(0, -1) : word.replace(/ies$/, 'y')
  if (/(?:ss|sh|x)es$/.test(word)) return word.slice(0, -2)
  return /...s$/.test(word) && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word
}

/**
 * Sorts the inner letters of a word, so that the most common typo, two swapped letters, gives the same result. Words
 * that would become equal to another real word ("casual" and "causal") are returned unchanged.
 */
export function foldTypos(word: string): string {
  if (word.length < 6 || !/^[a-z]+$/.test(word) || isAnagramTwin(word)) return word
  return `${word[0]}${[...word.slice(1, -1)].toSorted().join('')}${word.at(-1)}`
}
