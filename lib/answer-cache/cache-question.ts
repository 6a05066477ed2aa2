import type { CacheEntryRef } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import type { UserId } from '@/lib/ids'
import { languageOf } from '@/lib/question-match/language-of'
import { lexicalKey } from '@/lib/question-match/lexical-key'
import { normalizeQuestion } from '@/lib/question-match/normalize-question'
import { type AnswerOrigin, type AnswerScope, ownScope, sharedScope } from './answer-scope'
import { isPersonal, questionText } from './cacheable-turn'
import { type ConversationPath, isSharedPath } from './conversation-path'

/** A question with its position in a conversation and everything that shapes its answer. */
export type CacheQuestion = {
  parts: readonly ChatPart[]
  /** The user's preference, or the server's default. */
  answerCache: Preferences['answerCache']
  cacheEpoch: number
  path: ConversationPath
  origin: AnswerOrigin
}

/** The hashes that identify a question in Redis. They are the same in every scope. */
export type QuestionHashes = { exactHash: string; wordsHash: string }

export function questionHashes(keys: KeyRing, question: CacheQuestion): QuestionHashes {
  const text = questionText(question.parts)
  return {
    exactHash: keyedHash(keys, 'exact', normalizeQuestion(text)),
    wordsHash: keyedHash(keys, 'words', lexicalKey(text)),
  }
}

/** The scopes in which the answer to a question may be found and stored. `shared` is null if it may not be shared. */
export type QuestionScopes = { own: AnswerScope; shared: AnswerScope | null }

export function questionScopes(keys: KeyRing, userId: UserId, question: CacheQuestion): QuestionScopes {
  const { path, origin } = question
  return {
    own: ownScope(keys, { userId, ...question }, origin),
    shared: mayBeShared(question) ? sharedScope(keys, path, origin) : null,
  }
}

export type UnsharedReason = 'not_chosen' | 'private_path' | 'unknown_language' | 'personal'

/**
 * Returns why this turn may neither share its answer nor use a shared one, or null if it may. Sharing requires that
 * the user has chosen it, that all earlier answers of the conversation were shareable, that there are rules for the
 * question's language, and that the question contains nothing personal.
 */
export function unsharedQuestion({ parts, answerCache, path }: CacheQuestion): UnsharedReason | null {
  if (answerCache !== 'shared') return 'not_chosen'
  if (!isSharedPath(path)) return 'private_path'
  const text = questionText(parts)
  if (languageOf(text) === null) return 'unknown_language'
  return isPersonal(text) ? 'personal' : null
}

export const mayBeShared = (question: CacheQuestion): boolean => unsharedQuestion(question) === null

/**
 * Returns where the answer with this identity is stored, so that it can be deleted later. `words` is the hash of
 * the stored question's words, if they differ from the asked ones.
 */
export function cacheEntryRef(
  { keys, userId }: Needs<'keys' | 'userId'>,
  question: CacheQuestion,
  identity: string,
  words = questionHashes(keys, question).wordsHash,
): CacheEntryRef {
  const { own, shared } = questionScopes(keys, userId, question)
  const { exactHash } = questionHashes(keys, question)
  return { identity, words, exact: exactHash, own: own.name, shared: shared?.name ?? null }
}
