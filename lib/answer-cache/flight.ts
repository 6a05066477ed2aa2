/**
 * Single flight: if several turns ask the same question at the same time, one turn calls the
 * model and the others follow its event log. The leader holds a lease on the question, in a
 * scope from which all of these turns may be served.
 */
import { z } from 'zod'
import type { Needs } from '@/lib/context'
import { open, seal } from '@/lib/crypto/envelope'
import type { MessageId, UserId } from '@/lib/ids'
import { reportTrouble } from '@/lib/redis/connect'
import { leaseKey } from '@/lib/redis/keys'
import { acquireLease, releaseLease, renewLease } from '@/lib/redis/lease'
import type { AnswerScope } from './answer-scope'
import { type CacheQuestion, questionHashes, questionScopes } from './cache-question'
import { uncacheableQuestion } from './cacheable-turn'

/** The run of the turn that generates the answer. It identifies the event log to follow. */
export type Leader = { userId: UserId; answerId: MessageId; fence: number }

/**
 * - `stored`: the leader has just stored its answer in the cache.
 * - null: no lease is available, so every turn must call the model itself.
 */
export type FlightRole = 'leads' | 'follows' | 'stored' | null

export type Flight = {
  /** The current leader; null if this turn leads or there is no leader. */
  readonly leader: Leader | null
  /** Acquires the lease or reads its current holder. Never rejects. */
  join: () => Promise<FlightRole>
  /** Renews the lease if this turn leads. Does not wait for Redis. */
  renew: () => void
  /**
   * Releases the lease if this turn leads. If `hasStored` is true, turns that missed the cache before the answer
   * was stored and join afterwards get `stored` and should repeat their lookup. Never rejects.
   */
  leave: (hasStored: boolean) => Promise<void>
}

type Needed = Needs<'redis' | 'keys' | 'userId' | 'settings'>

/**
 * Opens the flight of a question for one run of a turn. Returns null without Redis or if the answer may not be
 * cached, because it then must not be followed either. Conversations of one user share a flight. Different users
 * share one only if a single asker is enough to share an answer; otherwise the shared scope must not contain
 * anything about the question yet.
 */
export function openFlight(
  context: Needed,
  question: CacheQuestion,
  { answerId, fence }: Pick<Leader, 'answerId' | 'fence'>,
): Flight | null {
  const { redis, keys, userId, settings } = context
  if (!redis || uncacheableQuestion(question.parts, question.answerCache, question.path)) return null
  const { own, shared } = questionScopes(keys, userId, question)
  const scope = shared && settings.sharing.after === 1 ? shared : own
  const { wordsHash } = questionHashes(keys, question)
  const lease = leaseKey(scope.name, wordsHash)
  const sealed = (value: LeaseValue) => seal(keys, addressOf(scope, wordsHash), JSON.stringify(value))
  const ownLease = sealed({ userId, answerId, fence })
  let leader: Leader | null = null
  let leads = false
  const report = (error: unknown) => reportTrouble(redis, error)
  return {
    get leader() {
      return leader
    },
    join: async () => {
      try {
        const holder = await acquireLease(redis, lease, ownLease)
        leads = holder?.equals(ownLease) ?? false
        const value = leads || !holder ? null : openLease(context, scope, wordsHash, holder)
        leader = value === 'stored' ? null : value
        if (value === 'stored') return value
        return leads ? 'leads' : leader ? 'follows' : null
      } catch (error) {
        report(error)
        return null
      }
    },
    renew: () => {
      if (leads) renewLease(redis, lease, ownLease).catch(report)
    },
    leave: async (hasStored) => {
      if (!leads) return
      leads = false
      await releaseLease(redis, lease, ownLease, hasStored ? sealed('stored') : null).catch(report)
    },
  }
}

const leaseValue = z.union([
  z.literal('stored'),
  z.strictObject({
    userId: z.string().transform((id) => id as UserId),
    answerId: z.uuid().transform((id) => id as MessageId),
    fence: z.int().positive(),
  }),
])
type LeaseValue = z.output<typeof leaseValue>

/**
 * The address under which a lease is encrypted. It includes the question, so that an attacker with write access to
 * Redis cannot make a turn follow the leader of another question.
 */
const addressOf = (scope: AnswerScope, wordsHash: string) => ({
  userId: scope.owner,
  scope: scope.name,
  entryId: `lease ${wordsHash}`,
})

function openLease({ keys }: Needs<'keys'>, scope: AnswerScope, wordsHash: string, held: Buffer): LeaseValue | null {
  const text = open(keys, addressOf(scope, wordsHash), held)
  return text === null ? null : (leaseValue.safeParse(JSON.parse(text)).data ?? null)
}
