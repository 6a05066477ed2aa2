import type { Needs } from '@/lib/context'
import type { ChatPart, MessageStatus, TokenUsage } from '@/lib/contract/ui-message'
import { seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { embedText } from '@/lib/embedding/embed-text'
import type { MessageId } from '@/lib/ids'
import { languageOf } from '@/lib/question-match/language-of'
import { lexicalKey } from '@/lib/question-match/lexical-key'
import { matchGuard } from '@/lib/question-match/match-guard'
import { reportTrouble } from '@/lib/redis/connect'
import type { LedgerItem } from '@/lib/semantic-cache/entry-counters'
import { privateVectors } from '@/lib/semantic-cache/private-vectors'
import { sharedVectors } from '@/lib/semantic-cache/shared-vectors'
import { indexEntry, type NewEntry, offerEntry, storeEntry } from '@/lib/semantic-cache/store-entry'
import { type AnswerScope, answerIdentity, userHash } from './answer-scope'
import { enforceCacheLimit, measureAskers, measureEntry } from './cache-limit'
import { type CacheQuestion, questionHashes, questionScopes } from './cache-question'
import { cacheableParts, questionText, uncacheableQuestion } from './cacheable-turn'
import type { CachedEntry, CachedPart } from './cached-answer'
import { answerHash } from './forget-answers'
import { entryTtlMs } from './key-families'
import { askersNeeded, countedMember, countingRule } from './sharing-rule'

/** An answer that a model has just generated, with its parts as they are stored in the conversation. */
export type ModelAnswer = {
  status: MessageStatus
  parts: readonly ChatPart[]
  /** The id of the model that generated it, in the same format as the origin's `modelId`. */
  model: string
  usage: TokenUsage | null
  costUsd: number | null
  durationMs: number
  /** The answer's message, so that deleting its conversation prevents storing. Missing outside of conversations. */
  messageId?: MessageId
}

const maxPrivateEntries = 300

/**
 * Returns the identity of an answer, which becomes part of the conversation path and is the id of its cache entry.
 * It does not depend on whether the answer could be stored. Returns null if the turn may not be cached; the caller
 * must then use the message id for the path.
 */
export function identifyAnswer(
  keys: KeyRing,
  question: CacheQuestion,
  answer: Pick<ModelAnswer, 'status' | 'parts' | 'model'>,
): string | null {
  const parts = partsToCache(question, answer)
  return parts && answerIdentity(keys, question.origin, lexicalKey(questionText(question.parts)), parts)
}

/**
 * Stores an answer in the user's own scope, replacing an earlier answer to its question, and offers it to the
 * shared scope if it may be shared. Returns whether it is in the cache now: false if the turn may not be cached, if
 * its conversation was deleted, or if Redis failed. Never throws and takes 150 ms at most. Indexing the question's
 * vector (`vector`, if the lookup had it) and evicting old entries run afterwards.
 */
export async function storeAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'caller' | 'settings' | 'embedder' | 'waitUntil' | 'now'>,
  question: CacheQuestion,
  answer: ModelAnswer,
  vector: Float32Array | null = null,
): Promise<boolean> {
  const { redis, keys, userId, settings } = context
  const parts = partsToCache(question, answer)
  const entryId = identifyAnswer(keys, question, answer)
  if (!redis || !parts || !entryId) return false
  const { own, shared } = questionScopes(keys, userId, question)
  const language = languageOf(questionText(question.parts))
  const entryIn = (scope: AnswerScope, isShared: boolean) =>
    sealEntry(keys, question, { scope, entryId, ttlMs: entryTtlMs({ isShared, language }), parts, answer })
  const ownEntry = entryIn(own, false)
  try {
    // The entry, its index member and the offer to the shared scope are sent in one tick and take one round trip.
    const stored = storeEntry(redis, ownEntry)
    const indexed = indexEntry(redis, userHash(keys, userId), { scope: own.name, entryId }, maxPrivateEntries)
    const asker = shared && countedMember(context, shared)
    const sharedEntry = asker && entryIn(shared, true)
    const needed = sharedEntry ? askersNeeded(keys, settings.sharing, shared, sharedEntry.wordsHash) : 0
    const rule = asker && { asker, needed, ...countingRule(settings.sharing) }
    const offered = sharedEntry && rule && offerEntry(redis, sharedEntry, rule)
    const report = (error: unknown) => reportTrouble(redis, error)
    // Failures of the index and the offer are only reported, because the user's own entry does not depend on them.
    const [isStored, , isShared] = await Promise.all([stored, indexed.catch(report), offered?.catch(report)])
    if (!isStored) return false
    const answers = [
      { ...ownEntry, isShared: false },
      ...(isShared && sharedEntry ? [{ ...sharedEntry, isShared }] : []),
    ]
    context.waitUntil(
      finishStoring(context, question, vector, answers, sharedEntry ? [measureAskers(sharedEntry, needed)] : []),
    )
    return true
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** The asker of answers that the operator shares. It is never counted, because `needed` is 0. */
const operator = Object.freeze({ user: '', network: '' })

/**
 * Stores an answer in the shared scope on behalf of the operator, without counting askers and without a private
 * entry. Returns false if the turn may not be cached or shared, if users voted the shared answers down within the
 * last day, or if Redis failed. Never throws.
 */
export async function shareAnswer(
  context: Needs<'redis' | 'keys' | 'userId' | 'settings' | 'embedder' | 'waitUntil'>,
  question: CacheQuestion,
  answer: ModelAnswer,
): Promise<boolean> {
  const { redis, keys, userId, settings } = context
  const parts = partsToCache(question, answer)
  const entryId = identifyAnswer(keys, question, answer)
  const { shared } = questionScopes(keys, userId, question)
  if (!redis || !parts || !entryId || !shared) return false
  const language = languageOf(questionText(question.parts))
  const ttlMs = entryTtlMs({ isShared: true, language })
  const entry = sealEntry(keys, question, { scope: shared, entryId, ttlMs, parts, answer })
  try {
    const isShared = await offerEntry(redis, entry, { asker: operator, needed: 0, ...countingRule(settings.sharing) })
    if (isShared) context.waitUntil(finishStoring(context, question, null, [{ ...entry, isShared }], []))
    return isShared
  } catch (error) {
    reportTrouble(redis, error)
    return false
  }
}

/** Adds the stored answers to the semantic layer and enforces the memory limit. Runs after the answer was delivered. */
async function finishStoring(
  context: Needs<'redis' | 'keys' | 'userId' | 'settings' | 'embedder'>,
  question: CacheQuestion,
  vector: Float32Array | null,
  answers: readonly (NewEntry & { isShared: boolean })[],
  askers: readonly LedgerItem[],
): Promise<void> {
  const vectorLength = await indexQuestion(context, questionText(question.parts), vector, answers)
  await enforceCacheLimit(context, [...answers.map((entry) => measureEntry(entry, vectorLength)), ...askers])
}

/**
 * Returns null if the turn may not be cached, or if a fallback model generated the answer
 * instead of the requested one.
 */
function partsToCache(
  { parts, answerCache, path, origin }: CacheQuestion,
  answer: Pick<ModelAnswer, 'status' | 'parts' | 'model'>,
): CachedPart[] | null {
  if (answer.model !== origin.modelId || uncacheableQuestion(parts, answerCache, path)) return null
  return cacheableParts(answer.status, answer.parts).parts
}

function sealEntry(
  keys: KeyRing,
  question: CacheQuestion,
  entry: { scope: AnswerScope; entryId: string; ttlMs: number; parts: CachedPart[]; answer: ModelAnswer },
): NewEntry {
  const { scope, entryId, ttlMs, parts } = entry
  const { model, usage, costUsd, durationMs, messageId } = entry.answer
  const hashes = questionHashes(keys, question)
  const cached: CachedEntry = {
    words: hashes.wordsHash,
    question: questionText(question.parts),
    ttlMs,
    answer: { parts, model, usage, costUsd, durationMs },
  }
  const address = { userId: scope.owner, scope: scope.name, entryId }
  const payload = seal(keys, address, JSON.stringify(cached))
  const named = messageId !== undefined && { answerHash: answerHash(keys, messageId) }
  return { scope: scope.name, entryId, ...hashes, payload, ttlMs, ...named }
}

type IndexedAnswer = { scope: string; entryId: string; ttlMs: number; isShared: boolean }

/**
 * Adds the vector of the question to the scopes of its stored answers. Skips questions that the guard would not
 * match with any other. Best effort: without a vector the answer is still found by its text and its words. Returns
 * the length of the vector, or 0 if there is none. Never rejects.
 */
async function indexQuestion(
  context: Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings'>,
  text: string,
  known: Float32Array | null,
  answers: readonly IndexedAnswer[],
): Promise<number> {
  const { redis, keys, userId, embedder, settings } = context
  if (!redis || !embedder || !matchGuard(text, text).match) return 0
  const embedded = known ? { vector: known } : await embedText(embedder, text, { timeoutMs: settings.embedTimeoutMs })
  if (!('vector' in embedded)) return 0
  const { vector } = embedded
  const adding = answers.map(({ isShared, scope, entryId, ttlMs }) =>
    (isShared ? sharedVectors(redis) : privateVectors(redis, { keys, userId })).add({ scope, entryId, ttlMs, vector }),
  )
  for (const added of await Promise.allSettled(adding))
    if (added.status === 'rejected') reportTrouble(redis, added.reason)
  return vector.length
}
