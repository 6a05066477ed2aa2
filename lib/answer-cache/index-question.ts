import type { Needs } from '@/lib/context'
import { embedText } from '@/lib/embedding/embed-text'
import { matchGuard } from '@/lib/question-match/match-guard'
import { reportTrouble } from '@/lib/redis/connect'
import { privateVectors } from '@/lib/semantic-cache/private-vectors'
import { sharedVectors } from '@/lib/semantic-cache/shared-vectors'

/** An entry that lies in a scope: the user's own, or everybody's. */
export type IndexedAnswer = { scope: string; entryId: string; ttlMs: number; isShared: boolean }

/**
 * Makes an answer findable by what its question means, where it lies. A question that the guard lets stand for no other
 * is left out. Best effort: without it the answer is found by its text and its words. Says how long the vector is
 * that was sent there, 0 for none. Never rejects.
 */
export async function indexQuestion(
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
