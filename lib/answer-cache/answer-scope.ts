import { createHash } from 'node:crypto'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import type { UserId } from '@/lib/ids'
import { privateScope } from '@/lib/redis/keys'
import type { CachedPart } from './cached-answer'

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
  /** The conversation path that the question follows; '' at a conversation's start. */
  path: string
}

/** The private scope of a user's entries at one point of a conversation. It is part of every key, never a filter. */
export function answerScope(keys: KeyRing, owner: AnswerOwner, origin: AnswerOrigin): string {
  const hash = keyedHash(keys, 'scope', 'private', owner.userId, `${owner.cacheEpoch}`, owner.path, ...factsOf(origin))
  return privateScope(userHash(keys, owner.userId), hash)
}

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

/**
 * The conversation path after an answer. `identity` is the answer's identity, or for an answer that may not be cached
 * its message's own id: then nothing cached elsewhere is ever found on this branch again.
 */
export function nextPath(keys: KeyRing, parentPath: string, identity: string): string {
  return keyedHash(keys, 'path', parentPath, identity)
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
