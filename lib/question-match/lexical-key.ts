import { containsSigns } from './contains-signs'
import { dropPoliteness } from './drop-politeness'
import { foldNumbers } from './fold-numbers'
import { foldPhrases, foldSpelling, foldTypos, stem } from './fold-words'
import { isPreposition } from './guard/relations'
import { isFunctionWord } from './guard/weak-words'
import { languageOf } from './language-of'
import { aboutWording, containsCode, normalizeQuestion, openContractions, splitWords } from './normalize-question'
import { orderPhrases } from './order-phrases'
import { rewriteFrames } from './rewrite-frames'

/** A longer text is probably pasted material, which does not vary in its wording. */
const maxCharacters = 400

/** Word forms on which no answer depends. Tense and person must stay. */
const forms: Readonly<Record<string, string>> = Object.freeze({
  is: 'be',
  are: 'be',
  am: 'be',
  which: 'what',
  does: 'do',
  has: 'have',
  an: 'a',
  versus: 'vs',
})

/**
 * Returns the key of the *same words* layer: the question without the parts on which no answer depends. Two questions
 * with equal keys get the same answer, so a word stays if in doubt. In a language without rules, and if the question
 * is about its own wording, the question is used unchanged.
 */
export function lexicalKey(text: string): string {
  const question = normalizeQuestion(text)
  const language = containsCode(text) || question.length > maxCharacters ? null : languageOf(question)
  if (language === null) return `as asked: ${question}`
  if (aboutWording(question)) return `as asked: ${dropPoliteness(question, { closingOnly: true })}`
  if (containsSigns(question)) return `as asked: ${openContractions(dropPoliteness(question, { closingOnly: false }))}`
  const words = foldEnglish(dropPoliteness(question, { closingOnly: false }))
  return words.length < 2 ? `as asked: ${question}` : `${language}: ${words.join(' ')}`
}

/** Folds an English question. Quoted text is not folded, and the order of its surroundings is kept. */
function foldEnglish(question: string): string[] {
  const segments = question.replaceAll('""', '"').split('"')
  if (segments.length % 2 === 0 || segments.length === 1) return orderPhrases(foldSegment(question))
  return segments.flatMap((segment, index) => (index % 2 === 0 ? foldSegment(segment) : splitWords(segment)))
}

function foldSegment(segment: string): string[] {
  const opened = rewriteFrames(foldPhrases(openContractions(segment))).replace(/\bper ?cent\b/g, '%')
  const words = foldNumbers(splitWords(opened)).map((word) => (Object.hasOwn(forms, word) ? (forms[word] ?? '') : word))
  const isShort = words.filter((word) => !isFunctionWord(word) && !isPreposition(word)).length <= fewWords
  return words.filter((_, index) => !isFiller(words, index, isShort)).map((word) => foldTypos(foldSpelling(stem(word))))
}

/**
 * In a question with at most this many content words an article matters: "who is a president",
 * "who is the president".
 */
const fewWords = 2

const articles = Object.freeze(['a', 'an', 'the'])

/** Words next to an "a" that is a letter and not an article: "vitamin A", "plan A or B", "from A to Z". */
const beforeLetter = Object.freeze(
  `vitamin hepatitis type grade class plan section part group option exhibit serie series team point influenza category
  schedule appendix chapter figure table drive blood level size league step unit block gate terminal column row key
  note string vitamins letter answer choice variant`.split(/\s+/),
)
const afterLetter = Object.freeze(['and', 'or', 'vs', 'to', 'level', 'be', '=', '+', '-', '/', '*', ...articles])

/**
 * Words that only add emphasis. "Just", "truly", "exactly", "very" and "usually" are omitted,
 * because they may matter.
 */
const emphasis = Object.freeze(['really', 'actually', 'basically', 'literally'])
const wh = Object.freeze(['why', 'how', 'where', 'when'])

/**
 * Returns whether no answer depends on a word of a folded English question: words of emphasis, and articles unless
 * `keepsArticles` is set ("what is a cloud", "what is the cloud").
 */
function isFiller(words: readonly string[], index: number, keepsArticles: boolean): boolean {
  const word = words[index] ?? ''
  const before = words[index - 1] ?? ''
  const after = words[index + 1]
  if (after === undefined) return false
  if (articles.includes(word) && keepsArticles) return false
  if (word === 'a')
    return (
      !beforeLetter.includes(before) &&
      !afterLetter.includes(after) &&
      (!/^\d+$/.test(after) || index + 2 < words.length)
    )
  if (articles.includes(word)) return !afterLetter.includes(after)
  // "How do birds fly" and "how birds fly" are equal. Tense and negation must stay.
  if (word === 'do') return index === 1 && wh.includes(before) && after !== 'not'
  if (word === 'that') return ['true', 'think', 'sure', 'know', 'mean'].includes(before)
  if (word === 'so') return words[0] === 'why' && before !== 'and'
  if (word === 'any') return before === 'there' && words[index - 2] === 'be'
  return emphasis.includes(word)
}
