import { aboutWording } from './about-wording'
import { dropPoliteness } from './drop-politeness'
import { foldNumbers } from './fold-numbers'
import { foldPhrases, foldSpelling } from './fold-spelling'
import { foldTypos, stem } from './fold-word'
import { holdsSigns } from './holds-signs'
import { isFiller } from './is-filler'
import { languageOf } from './language-of'
import { isPreposition } from './match-guard/relations'
import { isFunctionWord } from './match-guard/weak-words'
import { holdsCode, normaliseQuestion } from './normalise-question'
import { openContractions } from './open-contractions'
import { orderPhrases } from './order-phrases'
import { rewriteFrames } from './rewrite-frames'
import { splitWords } from './split-words'

/** Beyond this a text is material to work on, and no question whose wording varies. */
const maxCharacters = 400

/** Forms of one word that no answer depends on. Tense and person stay. */
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
 * Returns the key of the *same words* layer: the question without the parts on which no answer depends. Two questions with
 * equal keys get the same answer, so a word stays if in doubt. In a language without rules, and if the question is about
 * its own wording, the question is used unchanged.
 */
export function lexicalKey(text: string): string {
  const question = normaliseQuestion(text)
  const language = holdsCode(text) || question.length > maxCharacters ? null : languageOf(question)
  if (language === null) return `as asked: ${question}`
  if (aboutWording(question)) return `as asked: ${dropPoliteness(question, { closingOnly: true })}`
  if (holdsSigns(question)) return `as asked: ${openContractions(dropPoliteness(question, { closingOnly: false }))}`
  const words = foldEnglish(dropPoliteness(question, { closingOnly: false }))
  return words.length < 2 ? `as asked: ${question}` : `${language}: ${words.join(' ')}`
}

/** Quoted text is taken as it is, between folded text that keeps its place. */
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
 * In a question with at most this many content words an article matters: "who is a president", "who is the president".
 */
const fewWords = 2
