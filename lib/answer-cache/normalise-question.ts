import { normalizeText } from '@/lib/normalize-text'

/** Signs that look alike and mean the same, after NFKC. */
const lookAlikes = Object.freeze([
  [/[\u2018\u2019\u201b\u02bc\u2032\u0060\u00b4]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  // Invisible: soft hyphen, zero-width space, word joiner, byte order mark. Joiners stay: scripts write with them.
  [/[\u00ad\u200b\u2060\ufeff]/g, ''],
] as const)

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** NFKC would make 5² the same as 52, and 1½ the same as 11/2. */
const keepPowersApart = (text: string) =>
  text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `^${[...power].map((digit) => superscripts.indexOf(digit)).join('')} `)
    .replace(/[¼-¾⅐-⅞]/g, ' $&')

/** Abbreviations and unit symbols that have another meaning in lower case. */
const shoutedWords =
  /\b(?:US|IT|WHO|AIDS|ACT|ADD|AIM|AM|CAN|CAT|CO|ICE|LED|MAD|ME|OR|PIN|RAM|REST|SAD|SAT|SIM|SOAP)\b|(?<![A-Za-z])(?:[KMGTP]i?b(?:ps)?|MW|MV|MA|Mg)\b|(?<=\s-)[A-Z]\b/g

/**
 * Names, titles and polite forms that are other words in lower case. Only inside a sentence, because every sentence begins
 * with a capital letter.
 */
const nameWords =
  /(?<!^|[.?!:"] ?)\b(?:Turkey|China|Polish|March|May|August|Nice|Reading|Bath|Cork|Jobs?|Who|It|Her|Us|The|Times|Rust|Go|Swift|Shell|Word|Target|Gap|Visa|Mercury|Sun|Earth|Bill|Mark|Will|Rose|Frank|Jack|Chase|Art|Grant|Prince|Queen|Kiss|Cream|Police|Cure|Cars|Frozen|Alien|Friends|House|Lost|Bones|Castle|Suits|Sie|Ihnen|Ihre?[mnrs]?|Actually|Really|Basically|Literally)\b/g

/** A lower-case word that would have a capital letter in a title. */
const untitledWord = /(?<![\p{L}\p{N}'])(?!(?:a|an|the|of|in|on|at|for|to|and|or|by|with|from)\b)\p{Ll}/u

/** Marks words whose meaning depends on capitals. This is impossible in titles and in texts that are all capitals. */
function keepNamesApart(text: string): string {
  if (!/\p{Ll}/u.test(text)) return text
  const marked = text.replace(shoutedWords, (word) => `${word}.abbr`)
  return untitledWord.test(text) ? marked.replace(nameWords, (word) => `${word}.abbr`) : marked
}

/** Code means what it says to the letter: a fence, indented lines, lines that end in braces or semicolons. */
export const holdsCode = (text: string) => /```|`[^`\n]+`|\n(?: {2,}|\t)\S|[{};][ \t]*\n/.test(text)

/** A longer text is not converted to NFKC, which can lengthen it 18 times. */
const maxFoldedCharacters = 4_000

/** The Unicode form in which a text is read: NFKC, or NFC for a long one. */
export const readableForm = (text: string) => normalizeText(text, text.length > maxFoldedCharacters ? 'NFC' : 'NFKC')

const trailing = ' .?!…,;:。？！、؟।'

/**
 * Normalizes a question for the exact layer: questions that differ only in Unicode form, case, white space or trailing
 * punctuation become equal. Code keeps its case and its lines. A text of more than 4,000 characters keeps compatibility
 * characters, such as full-width letters.
 */
export function normaliseQuestion(text: string): string {
  if (holdsCode(text)) return normalizeText(text, 'NFC').trim()
  let plain = readableForm(keepPowersApart(text))
  for (const [sign, replacement] of lookAlikes) plain = plain.replace(sign, replacement)
  const line = keepNamesApart(plain.replace(/\s+/g, ' ').trim()).toLowerCase()
  // Nothing but signs: "?" asks something else than "…".
  return dropTrailingPunctuation(line) || line
}

/** From the end, sign by sign: a pattern would take quadratic time on a text full of full stops. */
function dropTrailingPunctuation(text: string): string {
  let end = text.length
  while (end > 0 && trailing.includes(text.charAt(end - 1))) end -= 1
  // An exclamation mark right after a digit is a factorial.
  return text.slice(0, text[end] === '!' && /\d/.test(text.charAt(end - 1)) ? end + 1 : end)
}
