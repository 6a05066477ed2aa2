import { createHash } from 'node:crypto'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import type { UserId } from '@/lib/ids'
import { globalScope, privateScope } from '@/lib/redis/keys'
import type { CachedPart } from './cached-answer'
import type { ConversationPath } from './conversation-path'

/** What shapes an answer, whoever asks: change any of it, and old answers are not found again. */
export type AnswerOrigin = {
  modelId: string
  /** Temperature, limits and the like, as they are sent to the model. */
  generationSettings: Readonly<Record<string, string | number | boolean | null>>
  promptVersion: string
  toolSetVersion: string
  /** The language that the prompt asks for, as a BCP 47 tag; '' where it asks for the question's own. */
  answerLanguage: string
  knowledgeEpoch: number
  /** 'none' without an embedder. */
  embedderId: string
}

/** Who an entry belongs to, and where in a conversation it was given. */
export type AnswerOwner = {
  userId: UserId
  /** Raising it forgets all that the user's entries hold. */
  cacheEpoch: number
  /** Where the question stands. */
  path: ConversationPath
}

/**
 * Where entries lie, and whose they are: a user's own, or everybody's, at one point of a conversation. It is part of every
 * key, never a filter. `owner` is who their envelopes belong to.
 */
export type AnswerScope = { name: string; owner: string }

/** Nobody's user id: no id has a colon. */
const everybody = ':everybody'

/** Raised when the rules of the lexical key or of counting askers change, so that older entries are not found. */
const rulesVersion = '2'

/** The scope of a user's own entries. */
export function ownScope(keys: KeyRing, { userId, cacheEpoch, path }: AnswerOwner, origin: AnswerOrigin): AnswerScope {
  const hash = keyedHash(keys, 'scope', rulesVersion, 'private', userId, `${cacheEpoch}`, path, ...factsOf(origin))
  return { name: privateScope(userHash(keys, userId), hash), owner: userId }
}

/** The scope of the entries that may be served to everybody who stands at this path. */
export function sharedScope(keys: KeyRing, path: ConversationPath, origin: AnswerOrigin): AnswerScope {
  return sharedScopeNamed(globalScope(keyedHash(keys, 'scope', rulesVersion, 'shared', path, ...factsOf(origin))))
}

/** Returns the shared scope of this name. */
export const sharedScopeNamed = (name: string): AnswerScope => ({ name, owner: everybody })

/** Whether the answers of this scope are served to all users. */
export const isSharedScope = ({ owner }: AnswerScope) => owner === everybody

/** A user's name in Redis keys. */
export const userHash = (keys: KeyRing, userId: UserId) => keyedHash(keys, 'user', userId)

/**
 * What makes two answers the same one for whatever follows them, and the entry's id. It names no owner and no path, so
 * two users who asked the same and were told the same stand at the same point of a conversation.
 */
export function answerIdentity(
  keys: KeyRing,
  origin: AnswerOrigin,
  lexicalKey: string,
  parts: readonly CachedPart[],
): string {
  const texts = JSON.stringify(parts.map(({ text }) => text))
  const digest = createHash('sha256').update(texts).digest('base64url')
  return keyedHash(keys, 'identity', ...factsOf(origin), lexicalKey, digest)
}

/** Always in this order; the settings sorted by name, so that equal ones are equal however they were written down. */
const factsOf = (origin: AnswerOrigin): string[] => [
  origin.modelId,
  JSON.stringify(Object.entries(origin.generationSettings).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  origin.promptVersion,
  origin.toolSetVersion,
  origin.answerLanguage,
  `${origin.knowledgeEpoch}`,
  origin.embedderId,
]
