import type { GuardVerdict, Objection } from './match-guard/guard-verdict'
import { matchContent } from './match-guard/match-content'
import { objectToAsking } from './match-guard/object-to-asking'
import { objectToContent } from './match-guard/object-to-content'
import { objectToOrder, placed } from './match-guard/object-to-order'
import { objectToReading } from './match-guard/object-to-reading'
import { objectToRelations, objectToTies } from './match-guard/object-to-relations'
import { objectToText } from './match-guard/object-to-text'
import { type ContentWord, type Reading, readQuestion } from './match-guard/read-question'

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
