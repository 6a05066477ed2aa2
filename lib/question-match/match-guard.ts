import { normalizeText } from '@/lib/normalize-text'
import { containsSigns } from './contains-signs'
import type { GuardVerdict, Objection } from './guard/guard-verdict'
import { objectToAsking } from './guard/object-to-asking'
import { matchContent, objectToContent } from './guard/object-to-content'
import { objectToOrder, toPlacedWords } from './guard/object-to-order'
import { objectToRelations, objectToTies } from './guard/object-to-relations'
import { type ContentWord, type Reading, readQuestion } from './guard/read-question'
import { languageOf } from './language-of'
import { aboutWording, containsCode } from './normalize-question'

/**
 * Decides whether a question may get the answer of a similar one. A vector does not show differences that change an
 * answer: a number, a name, a negation, a direction. Every word on which an answer depends must therefore be in both
 * questions. Returns the rule that refused and the words that caused it.
 */
export function matchGuard(stored: string, asked: string): GuardVerdict {
  return matchGuardOf(asked)(stored)
}

/** Returns the match guard of one asked question, which is parsed only once for many stored questions. */
export function matchGuardOf(asked: string): (stored: string) => GuardVerdict {
  const refused = objectToText(asked)
  if (refused) return (stored) => verdictOf(objectToText(stored) ?? refused)
  const reading = readQuestion(asked)
  return (stored) => verdictOf(objectToText(stored) ?? compare(stored, asked, reading))
}

const verdictOf = (objection: Objection): GuardVerdict =>
  objection === null ? { match: true } : { match: false, ...objection }

function compare(stored: string, asked: string, b: Reading): Objection {
  const a = readQuestion(stored)
  const content = matchContent(a.content, b.content)
  return (
    objectToReading(stored, a) ??
    objectToReading(asked, b) ??
    objectToAsking(a, b) ??
    objectToRelations(a, b) ??
    objectToContent(a, b, content) ??
    objectToTies(content) ??
    orderOf(content.pairs)
  )

  function orderOf(pairs: typeof content.pairs): Objection {
    const meant = new Map<ContentWord, string>(
      pairs.flatMap(([one, other]) => [
        [one, one.root],
        [other, one.root],
      ]),
    )
    const rootOf = (word: ContentWord) => meant.get(word)
    return objectToOrder(toPlacedWords(a.content, rootOf), toPlacedWords(b.content, rootOf))
  }
}

const followUp =
  /^(?:and|but|or|so|then|also|what about|how about|same|instead|why not|which one(?!.* or )|the (?:first|second|other|last) one)\b|(?:\.\.\.|…)\s*[?!]*$/
const pronouns = Object.freeze(
  'it this that these those they them he him she her his hers its their theirs former latter above'.split(' '),
)
/** An "it" that refers to nothing: "is it safe to …", "how long does it take". */
const expletiveIt = /\b(?:is|was|be|would|does|will|makes?|do) it\b(?=.*\b(?:to|that|like|if|take|cost|possible|for)\b)/
/** With at least this many content words before it, a pronoun refers to a word of the same question. */
const minNamedBefore = 2

/**
 * Rejects a question that depends on an earlier one, or that has too few content words to be
 * distinguished from others.
 */
function objectToReading(text: string, { words, content }: Reading): Objection {
  const plain = text.toLowerCase().trim()
  const back = followUp.exec(plain)
  if (back) return { rule: 'follow_up', detail: back[0] }
  const isExpletive = expletiveIt.test(plain)
  const pronounAt = words.findIndex(
    (word, index) => pronouns.includes(word) && !(word === 'it' && isExpletive) && !(word === 'that' && index > 1),
  )
  const before = new Set(words.slice(0, Math.max(0, pronounAt)))
  if (pronounAt >= 0 && content.filter(({ word }) => before.has(word)).length < minNamedBefore)
    return { rule: 'follow_up', detail: words[pronounAt] ?? '' }
  const strong = content.filter(({ isWeak }) => !isWeak).length
  return content.length < 3 || strong < 1 ? { rule: 'too_short', detail: `${content.length} content words` } : null
}

/**
 * A longer text is probably pasted material and not a question. The limit bounds the run time of all other rules. It
 * must also apply to the folded text, because NFKC can expand one character to 18.
 */
const maxCharacters = 400

/** Rejects a question that must not match any other one, before it is parsed. */
function objectToText(text: string): Objection {
  if (text.length > maxCharacters) return { rule: 'too_long', detail: `${text.length} characters` }
  const folded = normalizeText(text, 'NFKC').length
  if (folded > maxCharacters) return { rule: 'too_long', detail: `${folded} characters` }
  if (containsCode(text)) return { rule: 'wording', detail: 'code' }
  const plain = text.toLowerCase()
  if (languageOf(plain) === null) return { rule: 'language', detail: 'no rules' }
  if (containsSigns(plain)) return { rule: 'wording', detail: 'signs' }
  const wording = aboutWording(plain)
  return wording ? { rule: 'wording', detail: wording } : null
}
