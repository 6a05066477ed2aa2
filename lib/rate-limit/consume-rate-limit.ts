import type { Database } from '@/db/connect'
import { AppError } from '@/lib/errors'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { countInPostgres, refundInPostgres } from './count-in-postgres'
import { countInRedis, refundInRedis } from './count-in-redis'
import type { PolicyName } from './policies'
import type { RateLimitRequest, RateLimitResult } from './rate-limit-request'

type Stores = { redis: RedisHandle; db: Database }

/** The result of consuming one request from each of several policies. */
export type RateLimitOutcome = {
  allowed: boolean
  /** Seconds until a retry may succeed; 0 if the request was allowed. */
  retryAfterSeconds: number
  results: readonly RateLimitResult[]
  /**
   * Refunds the consumed policies, or only the named ones, if the action did not happen. Never throws; if it fails,
   * the caller has one request less.
   */
  refund: (only?: readonly PolicyName[]) => Promise<void>
}

type Counter = {
  count: (requests: readonly RateLimitRequest[]) => Promise<RateLimitResult[]>
  refund: (requests: readonly RateLimitRequest[]) => Promise<void>
}

/**
 * Consumes one request from each policy, or from none. All instances share the counts. They are in Redis, or in
 * Postgres while Redis is unavailable, so no limit is lifted. The two stores are independent: if Redis fails and
 * recovers, a caller may get up to twice the limit. Throws `database_unavailable` if neither store can count, and
 * the request must then be rejected.
 *
 * The policies are consumed separately. If one of them refuses, the others are refunded, so for a moment the same
 * caller has one request less. Other callers are not affected.
 */
export async function consumeRateLimit(
  stores: Stores,
  requests: readonly RateLimitRequest[],
): Promise<RateLimitOutcome> {
  if (requests.length === 0) return unlimited
  const { counter, results } = await consumeInAnyStore(stores, requests)
  const consumed = results.filter(({ allowed }) => allowed).map(({ request }) => request)
  const refund = async (only?: readonly PolicyName[]) => {
    const selected = only ? consumed.filter(({ policy }) => only.includes(policy.name)) : consumed
    if (selected.length > 0) await counter.refund(selected).catch(() => undefined)
  }
  const refused = results.filter(({ allowed }) => !allowed)
  if (refused.length === 0) return { allowed: true, retryAfterSeconds: 0, results, refund }
  await refund()
  const retryAfterSeconds = Math.max(...refused.map(({ resetSeconds }) => resetSeconds))
  return { allowed: false, retryAfterSeconds, results, refund: async () => undefined }
}

const unlimited: RateLimitOutcome = Object.freeze({
  allowed: true,
  retryAfterSeconds: 0,
  results: Object.freeze([]),
  refund: async () => undefined,
})

async function consumeInAnyStore(
  { redis, db }: Stores,
  requests: readonly RateLimitRequest[],
): Promise<{ counter: Counter; results: RateLimitResult[] }> {
  if (redis) {
    const counter: Counter = {
      count: (units) => countInRedis(redis, units),
      refund: (units) => refundInRedis(redis, units),
    }
    try {
      return { counter, results: await counter.count(requests) }
    } catch (error) {
      // Redis is optional, so the request is counted in Postgres.
      reportTrouble(redis, error)
    }
  }
  const counter: Counter = {
    count: (units) => countInPostgres(db, units),
    refund: (units) => refundInPostgres(db, units),
  }
  try {
    return { counter, results: await counter.count(requests) }
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}
