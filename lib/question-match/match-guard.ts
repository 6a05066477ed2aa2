import { normalizeText } from '@/lib/normalize-text'
import type { GuardVerdict, Objection } from './guard/guard-verdict'
import { objectToAsking } from './guard/object-to-asking'
import { matchContent, objectToContent } from './guard/object-to-content'
import { objectToOrder, placed } from './guard/object-to-order'
import { objectToRelations, objectToTies } from './guard/object-to-relations'
import { type ContentWord, type Reading, readQuestion } from './guard/read-question'
import { holdsSigns } from './holds-signs'
import { languageOf } from './language-of'
import { aboutWording, holdsCode } from './normalize-question'

/**
 * Decides whether a question may get the answer of a similar one. A vector does not show differences that change an answer:
 * a number, a name, a negation, a direction. Every word on which an answer depends must therefore be in both questions.
 * Returns the rule that refused and the words that caused it.
 */
export function matchGuard(stored: string, asked: string): GuardVerdict {
  return matchGuardOf(asked)(stored)
}

/** The same for one question and however many stored ones: it is read once. */
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
    return objectToOrder(placed(a.content, rootOf), placed(b.content, rootOf))
  }
}

const leansBack =
  /^(?:and|but|or|so|then|also|what about|how about|same|instead|why not|which one(?!.* or )|the (?:first|second|other|last) one)\b|(?:\.\.\.|…)\s*[?!]*$/
const pointers = Object.freeze(
  'it this that these those they them he him she her his hers its their theirs former latter above'.split(' '),
)
/** "Is it safe to …", "how long does it take": here nothing is pointed at. */
const emptyIt = /\b(?:is|was|be|would|does|will|makes?|do) it\b(?=.*\b(?:to|that|like|if|take|cost|possible|for)\b)/
/** What is named before a pronoun is what it points at. */
const namedBefore = 2

/** A question that leans on one before it, or has too little in it to be told from others. */
function objectToReading(text: string, { words, content }: Reading): Objection {
  const plain = text.toLowerCase().trim()
  const back = leansBack.exec(plain)
  if (back) return { rule: 'follow_up', detail: back[0] }
  const expectsNone = emptyIt.test(plain)
  const pointing = words.findIndex(
    (word, index) => pointers.includes(word) && !(word === 'it' && expectsNone) && !(word === 'that' && index > 1),
  )
  const before = new Set(words.slice(0, Math.max(0, pointing)))
  if (pointing >= 0 && content.filter(({ word }) => before.has(word)).length < namedBefore)
    return { rule: 'follow_up', detail: words[pointing] ?? '' }
  const strong = content.filter(({ isWeak }) => !isWeak).length
  return content.length < 3 || strong < 1 ? { rule: 'too_short', detail: `${content.length} content words` } : null
}

/**
 * More is material to work on, not a question. It bounds the work of all other rules, so it applies to the folded text
 * too: NFKC can make 18 characters of one.
 */
const maxCharacters = 400

/** Why no other question may be near this one, as far as its text says before it is read. */
function objectToText(text: string): Objection {
  if (text.length > maxCharacters) return { rule: 'too_long', detail: `${text.length} characters` }
  const folded = normalizeText(text, 'NFKC').length
  if (folded > maxCharacters) return { rule: 'too_long', detail: `${folded} characters` }
  if (holdsCode(text)) return { rule: 'wording', detail: 'code' }
  const plain = text.toLowerCase()
  if (languageOf(plain) === null) return { rule: 'language', detail: 'no rules' }
  if (holdsSigns(plain)) return { rule: 'wording', detail: 'signs' }
  const wording = aboutWording(plain)
  return wording ? { rule: 'wording', detail: wording } : null
}
