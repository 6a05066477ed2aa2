import { createHash } from 'node:crypto'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import type { UserId } from '@/lib/ids'
import { globalScope, privateScope } from '@/lib/redis/keys'
import type { CachedPart } from './cached-answer'
import type { ConversationPath } from './conversation-path'

/**
 * Everything that shapes an answer independently of the user. If any of it changes, old answers are no longer found.
 */
export type AnswerOrigin = {
  modelId: string
  /** Settings such as temperature and limits, as they are sent to the model. */
  generationSettings: Readonly<Record<string, string | number | boolean | null>>
  promptVersion: string
  toolSetVersion: string
  /** The answer language that the prompt demands, as a BCP 47 tag; '' if the model should use that of the question. */
  answerLanguage: string
  knowledgeEpoch: number
  /** 'none' without an embedder. */
  embedderId: string
}

/** The user to whom an entry belongs, and its position in a conversation. */
export type AnswerOwner = {
  userId: UserId
  /** Incrementing it makes all earlier entries of the user unreachable. */
  cacheEpoch: number
  path: ConversationPath
}

/**
 * A set of entries, private to a user or shared by all users, at one point of a conversation. The name
 * is part of every Redis key, so a lookup cannot reach entries of another scope. `owner` is
 * authenticated in the envelopes of the entries.
 */
export type AnswerScope = { name: string; owner: string }

/** The owner of shared scopes. It cannot be a user id, because no id contains a colon. */
const sharedOwner = ':everybody'

/**
 * Must be raised when the rules of the lexical key or of counting askers change, so that older entries are not found.
 */
const rulesVersion = '2'

/** Returns the scope of a user's own entries. */
export function ownScope(keys: KeyRing, { userId, cacheEpoch, path }: AnswerOwner, origin: AnswerOrigin): AnswerScope {
  const hash = keyedHash(keys, 'scope', rulesVersion, 'private', userId, `${cacheEpoch}`, path, ...originParts(origin))
  return { name: privateScope(userHash(keys, userId), hash), owner: userId }
}

/** Returns the scope of the entries that may be served to any user whose conversation has this path. */
export function sharedScope(keys: KeyRing, path: ConversationPath, origin: AnswerOrigin): AnswerScope {
  return sharedScopeNamed(globalScope(keyedHash(keys, 'scope', rulesVersion, 'shared', path, ...originParts(origin))))
}

export const sharedScopeNamed = (name: string): AnswerScope => ({ name, owner: sharedOwner })

export const isSharedScope = ({ owner }: AnswerScope) => owner === sharedOwner

/** Returns the keyed hash that identifies a user in Redis keys. */
export const userHash = (keys: KeyRing, userId: UserId) => keyedHash(keys, 'user', userId)

/**
 * Returns the identity of an answer, which is also the id of its entry. It depends on the question, the answer and
 * the origin, but not on the owner or path. Two users who asked the same question and got the same answer therefore
 * continue with the same conversation path.
 */
export function answerIdentity(
  keys: KeyRing,
  origin: AnswerOrigin,
  lexicalKey: string,
  parts: readonly CachedPart[],
): string {
  const texts = JSON.stringify(parts.map(({ text }) => text))
  const digest = createHash('sha256').update(texts).digest('base64url')
  return keyedHash(keys, 'identity', ...originParts(origin), lexicalKey, digest)
}

/** Lists the origin in a fixed order, with sorted settings, so that equal origins always have equal hashes. */
const originParts = (origin: AnswerOrigin): string[] => [
  origin.modelId,
  JSON.stringify(Object.entries(origin.generationSettings).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  origin.promptVersion,
  origin.toolSetVersion,
  origin.answerLanguage,
  `${origin.knowledgeEpoch}`,
  origin.embedderId,
]
