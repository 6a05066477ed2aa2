import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import type { UserId } from '@/lib/ids'
import type { EntryQuery } from '@/lib/semantic-cache/lookup-entry'
import { type AnswerOrigin, answerScope } from './answer-scope'
import { questionText } from './cacheable-turn'
import { lexicalKey } from './lexical-key'
import { normaliseQuestion } from './normalise-question'

/** A question as the cache sees it: what is asked, where in a conversation, and all that shapes its answer. */
export type CacheQuestion = {
  parts: readonly ChatPart[]
  /** The user's choice, with the server's default put in. */
  answerCache: Preferences['answerCache']
  cacheEpoch: number
  /** The conversation path that the question follows; '' at a conversation's start. */
  path: string
  origin: AnswerOrigin
}

/** Where the user's own entry for a question would lie. */
export function entryQuery(keys: KeyRing, userId: UserId, question: CacheQuestion): EntryQuery {
  const text = questionText(question.parts)
  return {
    scope: answerScope(keys, { userId, ...question }, question.origin),
    exactHash: keyedHash(keys, 'exact', normaliseQuestion(text)),
    wordsHash: keyedHash(keys, 'words', lexicalKey(text)),
  }
}
