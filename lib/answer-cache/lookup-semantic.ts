/**
 * The third layer: of the stored questions whose vectors are nearest, the first that the match guard lets pass. In two
 * steps, because a turn has only so many round trips: what needs no vector is read beside the exact look-up, and the
 * vectors are searched, and what they find is read, in the next.
 */
import type { Needs } from '@/lib/context'
import {
  addressEmbedding,
  type EmbeddingFault,
  embedText,
  findEmbedding,
  rememberEmbedding,
} from '@/lib/embedding/embed-text'
import type { Embedder } from '@/lib/embedding/embedder'
import { decideSemanticMatch } from '@/lib/question-match/decide-match'
import type { GuardVerdict } from '@/lib/question-match/guard/guard-verdict'
import { matchGuardOf } from '@/lib/question-match/match-guard'
import { reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { nearestPrivate } from '@/lib/semantic-cache/private-vectors'
import { sharedVectors } from '@/lib/semantic-cache/shared-vectors'
import { readSealedBlock } from '@/lib/semantic-cache/vector-block'
import type { SemanticEntry } from '@/lib/semantic-cache/vector-index'
import { type AnswerScope, userHash } from './answer-scope'
import { keepWithinLimit, sizedEmbedding } from './cache-limit'
import { type CachedHit, openCachedEntry } from './cache-lookup'
import type { QuestionScopes } from './cache-question'

/** So many stored questions are looked at in each scope. */
const candidates = 5

export type SemanticLookup = {
  hit: CachedHit | null
  /** Rules of the guard that kept an answer back, one for each. */
  refusals: string[]
  /** Why nothing could be searched for. */
  fault: EmbeddingFault | null
  /** The question's, to be stored with its answer. */
  vector: Float32Array | null
}

const nothing: SemanticLookup = Object.freeze({ hit: null, refusals: [], fault: null, vector: null })

type Needed = Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings'>

/**
 * Begins a search for the question in other words. Returns null if a near hit is impossible: without an embedder or Redis,
 * or if the guard would accept no other question. The returned function continues the search and skips the shared entries
 * with the given ids, which the user has refused.
 */
export function startSemanticLookup(
  context: Needed,
  text: string,
  scopes: QuestionScopes,
): ((refused: readonly string[]) => Promise<SemanticLookup>) | null {
  const { redis, keys, userId, embedder } = context
  if (!redis || !embedder) return null
  const guard = matchGuardOf(text)
  if (!guard(text).match) return null
  const address = addressEmbedding(keys, `u:${userHash(keys, userId)}`, embedder, text)
  const remembered = findEmbedding(redis, keys, address)
  const block = withTimeout(redisBudgetMs, readSealedBlock(redis, scopes.own.name)).catch((error) => {
    reportTrouble(redis, error)
    return null
  })
  return async (refused) => {
    const known = await remembered
    const embedded = known ? { vector: known } : await embed(context, embedder, text)
    if ('fault' in embedded) return { ...nothing, fault: embedded.fault }
    const { vector } = embedded
    const sealed = await block
    const query = { vector, similarityThreshold: embedder.similarityThreshold, limit: candidates }
    const searching = [
      sealed &&
        withTimeout(
          redisBudgetMs,
          nearestPrivate(redis, { keys, userId }, { ...query, scope: scopes.own.name }, sealed),
        ),
      scopes.shared && sharedVectors(redis).nearest({ ...query, scope: scopes.shared.name }),
    ]
    if (!known) {
      void rememberEmbedding(redis, keys, address, vector)
      void keepWithinLimit(context, [sizedEmbedding(address, vector)])
    }
    const [own, shared] = await Promise.all(searching.map((search) => orNone(redis, search)))
    const judged = judge(context, embedder, guard, [
      ...(own ?? []).map((entry) => ({ entry, scope: scopes.own })),
      ...(shared ?? [])
        .filter(({ entryId }) => !refused.includes(entryId))
        .flatMap((entry) => (scopes.shared ? [{ entry, scope: scopes.shared }] : [])),
    ])
    return { ...judged, fault: null, vector }
  }
}

const embed = ({ settings }: Needs<'settings'>, embedder: Embedder, text: string) =>
  embedText(embedder, text, { timeoutMs: settings.embedTimeoutMs })

async function orNone(
  redis: NonNullable<Needs<'redis'>['redis']>,
  search: Promise<SemanticEntry[]> | false | null,
): Promise<SemanticEntry[]> {
  try {
    return (search && (await search)) || []
  } catch (error) {
    reportTrouble(redis, error)
    return []
  }
}

/**
 * In the order given: the user's own first, and within a scope the nearest first. An answer that is shared lies in the
 * scope of whoever made it under the same id: what the guard has refused once is not opened again.
 */
function judge(
  { keys }: Needs<'keys'>,
  { similarityThreshold }: Embedder,
  guard: (stored: string) => GuardVerdict,
  found: readonly { entry: SemanticEntry; scope: AnswerScope }[],
): Pick<SemanticLookup, 'hit' | 'refusals'> {
  const refused = new Map<string, string>()
  for (const { entry, scope } of found) {
    const opened = refused.has(entry.entryId) ? null : openCachedEntry(keys, scope, entry)
    if (!opened) continue
    const { similarity } = entry
    const decision = decideSemanticMatch(opened.entry.question, similarity, similarityThreshold, guard)
    if (decision.hit) return { hit: { ...opened.hit, layer: 'semantic', similarity }, refusals: [...refused.values()] }
    refused.set(entry.entryId, decision.rule)
  }
  return { hit: null, refusals: [...refused.values()] }
}
