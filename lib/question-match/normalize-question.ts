import { normalizeText } from '@/lib/normalize-text'

/** Characters that look alike and have the same meaning but remain different after NFKC. */
const lookAlikes = Object.freeze([
  [/[\u2018\u2019\u201b\u02bc\u2032\u0060\u00b4]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  // Invisible characters: soft hyphen, zero-width space, word joiner, byte order mark. Zero-width joiners must stay,
  // because some scripts need them.
  [/[\u00ad\u200b\u2060\ufeff]/g, ''],
] as const)

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Separates powers and fractions; otherwise NFKC would make 5² equal to 52 and 1½ equal to 11/2. */
const keepPowersApart = (text: string) =>
  text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `^${[...power].map((digit) => superscripts.indexOf(digit)).join('')} `)
    .replace(/[¼-¾⅐-⅞]/g, ' $&')

/** Abbreviations and unit symbols that have another meaning in lower case. */
const upperCaseWords =
  /\b(?:US|IT|WHO|AIDS|ACT|ADD|AIM|AM|CAN|CAT|CO|ICE|LED|MAD|ME|OR|PIN|RAM|REST|SAD|SAT|SIM|SOAP)\b|(?<![A-Za-z])(?:[KMGTP]i?b(?:ps)?|MW|MV|MA|Mg)\b|(?<=\s-)[A-Z]\b/g

/**
 * Names, titles and polite forms that are other words in lower case. Only inside a sentence,
 * because every sentence begins with a capital letter.
 */
const nameWords =
  /(?<!^|[.?!:"] ?)\b(?:Turkey|China|Polish|March|May|August|Nice|Reading|Bath|Cork|Jobs?|Who|It|Her|Us|The|Times|Rust|Go|Swift|Shell|Word|Target|Gap|Visa|Mercury|Sun|Earth|Bill|Mark|Will|Rose|Frank|Jack|Chase|Art|Grant|Prince|Queen|Kiss|Cream|Police|Cure|Cars|Frozen|Alien|Friends|House|Lost|Bones|Castle|Suits|Sie|Ihnen|Ihre?[mnrs]?|Actually|Really|Basically|Literally)\b/g

/** A lower-case word that would have a capital letter in a title. */
const untitledWord = /(?<![\p{L}\p{N}'])(?!(?:a|an|the|of|in|on|at|for|to|and|or|by|with|from)\b)\p{Ll}/u

/** Marks words whose meaning depends on capitals. This is impossible in titles and in texts that are all capitals. */
function keepNamesApart(text: string): string {
  if (!/\p{Ll}/u.test(text)) return text
  const marked = text.replace(upperCaseWords, (word) => `${word}.abbr`)
  return untitledWord.test(text) ? marked.replace(nameWords, (word) => `${word}.abbr`) : marked
}

/**
 * Returns whether a text contains code: a fence, indented lines, or lines that end in braces or semicolons. Code must
 * not be normalized, because every character matters.
 */
export const containsCode = (text: string) => /```|`[^`\n]+`|\n(?: {2,}|\t)\S|[{};][ \t]*\n/.test(text)

/** A longer text is not converted to NFKC, which can make it 18 times as long. */
const maxFoldedCharacters = 4_000

/** Converts a text to NFKC, or to NFC if it is long. */
export const readableForm = (text: string) => normalizeText(text, text.length > maxFoldedCharacters ? 'NFC' : 'NFKC')

const trailing = ' .?!…,;:。？！、؟।'

/**
 * Normalizes a question for the exact layer: questions that differ only in Unicode form, case, white space or
 * trailing punctuation become equal. Code keeps its case and its lines. A text of more than 4,000 characters keeps
 * compatibility characters, such as full-width letters.
 */
export function normalizeQuestion(text: string): string {
  if (containsCode(text)) return normalizeText(text, 'NFC').trim()
  let plain = readableForm(keepPowersApart(text))
  for (const [sign, replacement] of lookAlikes) plain = plain.replace(sign, replacement)
  const line = keepNamesApart(plain.replace(/\s+/g, ' ').trim()).toLowerCase()
  // Keep a text that is only punctuation, because "?" and "…" are different questions.
  return dropTrailingPunctuation(line) || line
}

/** Scans from the end, because a regular expression would take quadratic time on a text of many full stops. */
function dropTrailingPunctuation(text: string): string {
  let end = text.length
  while (end > 0 && trailing.includes(text.charAt(end - 1))) end -= 1
  // An exclamation mark right after a digit is a factorial.
  return text.slice(0, text[end] === '!' && /\d/.test(text.charAt(end - 1)) ? end + 1 : end)
}

const irregular: Readonly<Record<string, string>> = Object.freeze({
  "can't": 'can not',
  cannot: 'can not',
  "won't": 'will not',
  "shan't": 'shall not',
  "ain't": 'is not',
  "let's": 'let us',
  gonna: 'going to',
  wanna: 'want to',
})

/** Contractions without an apostrophe, unless they are also another word ("were", "well", "its", "wont"). */
const bareNegation = /\b(do|does|did|is|are|was|were|have|has|had|could|should|would)nt\b/g
const bareIs = /\b(what|where|who|how|that)s\b/g

/**
 * Expands the contractions of a normalized English text: "what's" to "what is", "shouldn't" to "should not". Also
 * removes the possessive s, because it is often omitted ("Bernoulli's equation", "Bernoulli equation").
 */
export function openContractions(text: string): string {
  return text
    .replace(/\b[a-z']+\b/g, (word) => (Object.hasOwn(irregular, word) ? (irregular[word] ?? word) : word))
    .replace(/\b([a-z]+)n't\b/g, '$1 not')
    .replace(bareNegation, '$1 not')
    .replace(/\b(what|who|where|when|why|how|that|it|there|here|he|she|which|this)'s\b/g, '$1 is')
    .replace(bareIs, '$1 is')
    .replace(/\bi'?m\b/g, 'i am')
    .replace(/\b([a-z]+)'re\b/g, '$1 are')
    .replace(/\b([a-z]+)'ve\b/g, '$1 have')
    .replace(/\b([a-z]+)'ll\b/g, '$1 will')
    .replace(/\b(i|you|he|she|it|we|they|who|what|how|where|why)'d\b/g, '$1 would')
    .replace(/([a-z])'s\b/g, '$1')
    .replace(/([a-z]s)'(?=\s|$)/g, '$1')
}

/**
 * A word, a number or a sign. Punctuation that only separates sentences is dropped. Signs that may be the subject and
 * signs next to digits must be kept: 5' is not 5", -5 is not 5, a++ is not a--.
 */
const piece = new RegExp(
  [
    // The hyphen must stay, because "a man-eating shark" does not mean "man eating shark".
    String.raw`\p{L}+-\p{L}+ing(?!\p{L})`,
    String.raw`(?<![^\s(=<>+*/^])-(?=\d)`,
    String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)*(?![\d\p{L}])`,
    String.raw`\d+(?:\.\d+)+`,
    String.raw`\d+(?=(?!st\b|nd\b|rd\b|th\b)\p{L}{2,}\b)`,
    String.raw`(?<=\d)\s?[-:/,.]\s?(?=\d)`,
    String.raw`(?<=\d)['"!]`,
    String.raw`(?<!\S)\.(?:\p{L}+)`,
    String.raw`[\p{L}\p{M}\p{N}]+(?:\.abbr|\+\+|--|#)?`,
    String.raw`\(\)`,
    String.raw`(?<=\s)[-/](?=\s)`,
    String.raw`[^\s\p{L}\p{M}\p{N}.,;:!?'"()…/–—-]`,
  ].join('|'),
  'gu',
)

/** Splits a text into words, numbers and signs, and removes thousands separators ("10,000" becomes "10000"). */
export function splitWords(text: string): string[] {
  const words = text.match(piece) ?? []
  return words.map((word) => (/^\d{1,3}(,\d{3})+/.test(word) ? word.replaceAll(',', '') : word.trim()))
}

/** Questions about wording, in which an article, an apostrophe or a plural may be the subject. */
const wordingQuestion =
  /\b(?:spell|spelling|spelled|spelt|pronounced?|pronunciation|grammar|grammatical(?:ly)?|plurals?|singular|apostrophe|contraction|articles?|letters?|typos?|rhymes?|anagrams?|synonyms?|(?<!\b(?:into|to|in|ms|microsoft) )words?|sentences?|phrases?|proofread|rewrite|rephrase|paraphrase|translat(?:e|ion)|how (?:\S+ ){0,2}say|saying|abbreviations?|acronyms?|define|definition|meaning|stands? for|short for|correct this|fix this)\b|\bdo(?:es)? (?!(?:you|we) mean by\b)(?:\S+ ){1,2}mean\b/

/** Returns the words that show that a lower-case question is about wording, or null if it is not. */
export const aboutWording = (question: string): string | null => wordingQuestion.exec(question)?.[0] ?? null
