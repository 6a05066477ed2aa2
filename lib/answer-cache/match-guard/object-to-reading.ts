import type { Objection } from './guard-verdict'
import type { Reading } from './read-question'

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
export function objectToReading(text: string, { words, content }: Reading): Objection {
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
