import type { Needs } from '@/lib/context'
import { reportTrouble } from '@/lib/redis/connect'
import { lookupEntry } from '@/lib/semantic-cache/lookup-entry'
import { type AnswerScope, isSharedScope } from './answer-scope'
import { type AnswerLookup, type CacheMiss, type MissReason, openCachedEntry } from './cache-lookup'
import { type CacheQuestion, type QuestionHashes, questionHashes, questionScopes } from './cache-question'
import { questionText, uncacheableQuestion } from './cacheable-turn'
import { type SemanticLookup, startSemanticLookup } from './lookup-semantic'
import { memberHash } from './sharing-rule'

type Needed = Needs<'redis' | 'keys' | 'userId' | 'embedder' | 'settings'>

/**
 * Looks up an answer that was given earlier at the same point of a conversation. The user's own scope
 * and, if allowed, the shared scope are read in parallel. An exact match wins over the same words, and
 * the same words over a semantic match; within a layer the user's own answer wins. If the first round
 * trip finds no hit, `meanwhile` is started in the same tick as the second one, and its result is awaited
 * too. Never throws: a failure is a miss with a reason.
 */
export async function lookupAnswer(
  context: Needed,
  question: CacheQuestion,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<AnswerLookup> {
  const { keys, userId } = context
  const reason = uncacheableQuestion(question.parts, question.answerCache, question.path)
  if (reason) return miss(reason)
  const hashes = questionHashes(keys, question)
  const scopes = questionScopes(keys, userId, question)
  const { own, shared } = scopes
  const lookups = [
    lookupInScope(context, own, hashes),
    shared ? lookupInScope(context, shared, hashes) : emptyLookup,
  ] as const
  const continueSemantic = startSemanticLookup(context, questionText(question.parts), scopes)
  const [ownResult, sharedResult] = await Promise.all(lookups)
  const best = preferredLookup(ownResult.lookup, sharedResult.lookup)
  if (best.status === 'hit') return best
  const [semantic] = await Promise.all([continueSemantic?.(sharedResult.refused), meanwhile()])
  return semantic ? addSemanticResult(semantic, best) : best
}

/** Prefers the user's own hit, unless only the shared one matches the exact text. */
function preferredLookup(own: AnswerLookup, all: AnswerLookup): AnswerLookup {
  if (all.status !== 'hit') return own
  return own.status === 'hit' && !(own.layer === 'words' && all.layer === 'exact') ? own : all
}

function addSemanticResult({ hit, refusals, fault, vector }: SemanticLookup, before: CacheMiss): AnswerLookup {
  if (hit) return hit
  if (fault) return { ...before, reason: `embedding_${fault}` }
  const reason = before.reason === 'absent' && refusals.length > 0 ? 'refused' : before.reason
  return { ...before, reason, refusals, vector }
}

type ScopeLookup = { lookup: AnswerLookup; refused: readonly string[] }

async function lookupInScope(
  { redis, keys, userId }: Needs<'redis' | 'keys' | 'userId'>,
  scope: AnswerScope,
  hashes: QuestionHashes,
): Promise<ScopeLookup> {
  if (!redis) return { lookup: miss('no_redis'), refused: [] }
  try {
    const voterHash = isSharedScope(scope) ? memberHash(keys, scope, userId) : null
    const { found, refused } = await lookupEntry(redis, { scope: scope.name, ...hashes }, voterHash)
    if (!found) return { lookup: miss('absent'), refused }
    const opened = openCachedEntry(keys, scope, found)
    // `storeAnswer` never points other words to an entry, so a mismatch means that the pointer was tampered with.
    if (opened?.entry.words !== hashes.wordsHash) return { lookup: miss('undecipherable'), refused }
    return { lookup: { ...opened.hit, layer: found.layer }, refused }
  } catch (error) {
    reportTrouble(redis, error)
    return { lookup: miss('redis_unavailable'), refused: [] }
  }
}

const miss = (reason: MissReason): CacheMiss => ({ status: 'miss', reason, refusals: [], vector: null })
const emptyLookup: ScopeLookup = Object.freeze({ lookup: miss('absent'), refused: [] })
