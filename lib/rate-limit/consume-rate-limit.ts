import type { Database } from '@/db/connect'
import { AppError } from '@/lib/errors'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { countInPostgres, giveBackInPostgres } from './count-in-postgres'
import { countInRedis, giveBackInRedis } from './count-in-redis'
import type { PolicyName } from './policies'
import type { RateLimitRequest, RateLimitResult } from './rate-limit-request'

type Stores = { redis: RedisHandle; db: Database }

/** What came of asking for one of each of some limits. */
export type Allowance = {
  allowed: boolean
  /** Until asking again can help; 0 where it was allowed. */
  retryAfterSeconds: number
  verdicts: readonly RateLimitResult[]
  /**
   * Refunds the consumed limits, or only the named ones, for an act that did not happen. Never throws: at worst the caller
   * has one attempt less.
   */
  giveBack: (only?: readonly PolicyName[]) => Promise<void>
}

type Counter = {
  count: (demands: readonly RateLimitRequest[]) => Promise<RateLimitResult[]>
  giveBack: (demands: readonly RateLimitRequest[]) => Promise<void>
}

/**
 * Takes one from each allowance, or from none. All instances share them: Redis counts, and without it Postgres does, so
 * that no limit opens. The two do not know of each other; a Redis that comes and goes can at most double a limit.
 * Throws `database_unavailable` where neither can count: then the request is refused.
 *
 * Two demands are two counts: when one is refused the other is given back, and for that moment the same caller has one
 * less. Nobody else notices.
 */
export async function consumeRateLimit(stores: Stores, demands: readonly RateLimitRequest[]): Promise<Allowance> {
  if (demands.length === 0) return unlimited
  const { counter, verdicts } = await countSomewhere(stores, demands)
  const taken = verdicts.filter(({ allowed }) => allowed).map(({ demand }) => demand)
  const giveBack = async (only?: readonly PolicyName[]) => {
    const meant = only ? taken.filter(({ limit }) => only.includes(limit.name)) : taken
    if (meant.length > 0) await counter.giveBack(meant).catch(() => undefined)
  }
  const refused = verdicts.filter(({ allowed }) => !allowed)
  if (refused.length === 0) return { allowed: true, retryAfterSeconds: 0, verdicts, giveBack }
  await giveBack()
  const retryAfterSeconds = Math.max(...refused.map(({ resetSeconds }) => resetSeconds))
  return { allowed: false, retryAfterSeconds, verdicts, giveBack: async () => undefined }
}

const unlimited: Allowance = Object.freeze({
  allowed: true,
  retryAfterSeconds: 0,
  verdicts: Object.freeze([]),
  giveBack: async () => undefined,
})

async function countSomewhere(
  { redis, db }: Stores,
  demands: readonly RateLimitRequest[],
): Promise<{ counter: Counter; verdicts: RateLimitResult[] }> {
  if (redis) {
    const counter: Counter = {
      count: (some) => countInRedis(redis, some),
      giveBack: (some) => giveBackInRedis(redis, some),
    }
    try {
      return { counter, verdicts: await counter.count(demands) }
    } catch (error) {
      // Redis is optional: the decision is to count in Postgres.
      reportTrouble(redis, error)
    }
  }
  const counter: Counter = {
    count: (some) => countInPostgres(db, some),
    giveBack: (some) => giveBackInPostgres(db, some),
  }
  try {
    return { counter, verdicts: await counter.count(demands) }
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}
