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
import { enforceCacheLimit, measureEmbedding } from './cache-limit'
import { type CachedHit, openCachedEntry } from './cache-lookup'
import type { QuestionScopes } from './cache-question'

/** The maximum number of stored questions that are compared in each scope. */
const maxCandidates = 5

export type SemanticLookup = {
  hit: CachedHit | null
  /** The rules by which the guard rejected stored questions, one for each. */
  refusals: string[]
  /** The reason why the question could not be embedded. */
  fault: EmbeddingFault | null
  /** The vector of the question, to be stored with its answer. */
  vector: Float32Array | null
}

const emptyLookup: SemanticLookup = Object.freeze({ hit: null, refusals: [], fault: null, vector: null })

type Needed = Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings'>

/**
 * Starts the lookup in the semantic layer: of the stored questions with the nearest vectors, it finds the first one
 * that the match guard accepts. The lookup has two steps to save round trips. This call reads what needs no vector,
 * together with the exact lookup. The returned function embeds the question and searches the vectors; it skips the
 * shared entries with the given ids, which the user has refused. Returns null if a semantic hit is impossible:
 * without an embedder or Redis, or if the guard would accept no other question.
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
    if ('fault' in embedded) return { ...emptyLookup, fault: embedded.fault }
    const { vector } = embedded
    const sealed = await block
    const query = { vector, similarityThreshold: embedder.similarityThreshold, limit: maxCandidates }
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
      void enforceCacheLimit(context, [measureEmbedding(address, vector)])
    }
    const [own, shared] = await Promise.all(searching.map((search) => emptyOnError(redis, search)))
    const match = firstMatch(context, embedder, guard, [
      ...(own ?? []).map((entry) => ({ entry, scope: scopes.own })),
      ...(shared ?? [])
        .filter(({ entryId }) => !refused.includes(entryId))
        .flatMap((entry) => (scopes.shared ? [{ entry, scope: scopes.shared }] : [])),
    ])
    return { ...match, fault: null, vector }
  }
}

const embed = ({ settings }: Needs<'settings'>, embedder: Embedder, text: string) =>
  embedText(embedder, text, { timeoutMs: settings.embedTimeoutMs })

async function emptyOnError(
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
 * Returns the first entry that the guard accepts. `found` must list the user's own entries first
 * and the nearest first within a scope. A shared answer has the same id in the scope of its
 * asker, so an id that was rejected once is skipped.
 */
function firstMatch(
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
