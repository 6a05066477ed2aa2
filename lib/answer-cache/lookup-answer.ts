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
 * Looks for an answer to a question, given earlier at the same point of a conversation: the user's own and, where that
 * may be, everybody's, asked at the same time. The same text before the same words before other words of the same
 * meaning; within a layer the own one wins. `meanwhile` begins in the tick of the last round trip, when it is no hit yet,
 * and has ended with it. Never throws: whatever goes wrong is a miss with its reason.
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
  const looking = [lookIn(context, own, hashes), shared ? lookIn(context, shared, hashes) : nothingFound] as const
  const goOn = startSemanticLookup(context, questionText(question.parts), scopes)
  const [ofOwn, ofAll] = await Promise.all(looking)
  const best = better(ofOwn.lookup, ofAll.lookup)
  if (best.status === 'hit') return best
  const [near] = await Promise.all([goOn?.(ofAll.refused), meanwhile()])
  return near ? nearAnswer(near, best) : best
}

/** The user's own, unless everybody's is a better match. */
function better(own: AnswerLookup, all: AnswerLookup): AnswerLookup {
  if (all.status !== 'hit') return own
  return own.status === 'hit' && !(own.layer === 'words' && all.layer === 'exact') ? own : all
}

function nearAnswer({ hit, refusals, fault, vector }: SemanticLookup, before: CacheMiss): AnswerLookup {
  if (hit) return hit
  if (fault) return { ...before, reason: `embedding_${fault}` }
  const reason = before.reason === 'absent' && refusals.length > 0 ? 'refused' : before.reason
  return { ...before, reason, refusals, vector }
}

type ScopeLookup = { lookup: AnswerLookup; refused: readonly string[] }

async function lookIn(
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
    // Under a pointer from other words it was not put there by us.
    if (opened?.entry.words !== hashes.wordsHash) return { lookup: miss('undecipherable'), refused }
    return { lookup: { ...opened.hit, layer: found.layer }, refused }
  } catch (error) {
    reportTrouble(redis, error)
    return { lookup: miss('redis_unavailable'), refused: [] }
  }
}

const miss = (reason: MissReason): CacheMiss => ({ status: 'miss', reason, refusals: [], vector: null })
const nothingFound: ScopeLookup = Object.freeze({ lookup: miss('absent'), refused: [] })
