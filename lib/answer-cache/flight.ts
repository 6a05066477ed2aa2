/**
 * Single flight: of those who ask the same at the same time, one has the model asked, and the others follow that answer
 * while it comes. Who leads holds a lease on the question, in the scope in which all of them may be served.
 */
import { z } from 'zod'
import type { Needs } from '@/lib/context'
import { open, seal } from '@/lib/crypto/envelope'
import type { MessageId, UserId } from '@/lib/ids'
import { reportTrouble } from '@/lib/redis/connect'
import { leaseKey } from '@/lib/redis/keys'
import { releaseLease, renewLease, acquireLease } from '@/lib/redis/lease'
import type { AnswerScope } from './answer-scope'
import { type CacheQuestion, questionHashes, questionScopes } from './cache-question'
import { uncacheableQuestion } from './cacheable-turn'

/** The run of a turn that gives the answer: what its events are found by. */
export type Leader = { userId: UserId; answerId: MessageId; fence: number }

/** `stored`: it was answered just now, and lies in the cache. Null: nobody can hold the lead, everybody is on their own. */
export type FlightRole = 'leads' | 'follows' | 'stored' | null

export type Flight = {
  /** Who leads, if it is not this turn. */
  readonly leader: Leader | null
  /** Takes the lead, or learns who has it now. */
  join: () => Promise<FlightRole>
  /** Says that this turn, if it leads, still does. Nobody waits for it. */
  renew: () => void
  /**
   * Lets go of the lead. `hasStored`: whoever looked before the answer was there, and joins only now, shall look again.
   * Never rejects.
   */
  leave: (hasStored: boolean) => Promise<void>
}

type Needed = Needs<'redis' | 'keys' | 'userId' | 'settings'>

/**
 * The flight of a question for a turn that would answer it in this run; null where the answer may not be cached and so may
 * not be followed either, and without Redis. One user's conversations fly together; different users only where one asker
 * is enough to share an answer, since before that nothing of it may lie in everybody's scope.
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
  const me = sealed({ userId, answerId, fence })
  let leader: Leader | null = null
  let leads = false
  const report = (error: unknown) => reportTrouble(redis, error)
  return {
    get leader() {
      return leader
    },
    join: async () => {
      try {
        const holder = await acquireLease(redis, lease, me)
        leads = holder?.equals(me) ?? false
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
      if (leads) renewLease(redis, lease, me).catch(report)
    },
    leave: async (hasStored) => {
      if (!leads) return
      leads = false
      await releaseLease(redis, lease, me, hasStored ? sealed('stored') : null).catch(report)
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

/** Whoever can write to Redis must not be able to make a turn follow another than this question's. */
const addressOf = (scope: AnswerScope, wordsHash: string) => ({
  userId: scope.owner,
  scope: scope.name,
  entryId: `lease ${wordsHash}`,
})

function openLease({ keys }: Needs<'keys'>, scope: AnswerScope, wordsHash: string, held: Buffer): LeaseValue | null {
  const text = open(keys, addressOf(scope, wordsHash), held)
  return text === null ? null : (leaseValue.safeParse(JSON.parse(text)).data ?? null)
}
