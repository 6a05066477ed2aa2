import { Ratelimit } from '@upstash/ratelimit'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { AppError } from '@/lib/errors'
import type { RedisHandle } from '@/lib/redis/connect'
import { ratelimitRedis } from './ratelimit-redis'

export type Limit = { name: string; max: number; windowSeconds: number }
export type Allowance = { allowed: boolean; retryAfterSeconds: number }

/**
 * Takes one from an allowance that all instances share. Redis counts; without Redis Postgres does, so that a limit on
 * guessing never opens. `key` says who, already hashed: it stands in a key name and in a table.
 * Throws `database_unavailable` where neither can count: then the request is refused.
 */
export async function consumeAllowance(
  stores: { redis: RedisHandle; db: Database },
  limit: Limit,
  key: string,
): Promise<Allowance> {
  if (stores.redis) {
    try {
      return await consumeInRedis(stores.redis, limit, key)
    } catch {
      // Redis is optional: the decision is to count in Postgres.
    }
  }
  return consumeInPostgres(stores.db, limit, key)
}

async function consumeInRedis(redis: NonNullable<RedisHandle>, limit: Limit, key: string): Promise<Allowance> {
  const limiter = new Ratelimit({
    redis: ratelimitRedis(redis),
    limiter: Ratelimit.slidingWindow(limit.max, `${limit.windowSeconds} s`),
    prefix: `gf:1:limit:${limit.name}`,
    // No tier of memory in the process, and no timeout of the library's own: that one would fail open.
    ephemeralCache: false,
    timeout: 0,
    analytics: false,
  })
  const { success, reset } = await limiter.limit(`{${key}}`)
  return { allowed: success, retryAfterSeconds: success ? 0 : Math.max(1, Math.ceil((reset - Date.now()) / 1000)) }
}

async function consumeInPostgres(db: Database, limit: Limit, key: string): Promise<Allowance> {
  const result = await db
    .execute(sql`
      insert into rate_limit (key, count, window_ends_at)
      values (${`${limit.name}:${key}`}, 1, now() + make_interval(secs => ${limit.windowSeconds}))
      on conflict (key) do update set
        count = case when rate_limit.window_ends_at <= now() then 1 else rate_limit.count + 1 end,
        window_ends_at = case when rate_limit.window_ends_at <= now() then excluded.window_ends_at
                              else rate_limit.window_ends_at end
      returning count, ceil(extract(epoch from window_ends_at - now()))::int as seconds`)
    .catch((cause) => {
      throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
    })
  const row = rowsOf<{ count: number; seconds: number }>(result)[0]
  const allowed = row !== undefined && row.count <= limit.max
  return { allowed, retryAfterSeconds: allowed ? 0 : Math.max(1, row?.seconds ?? limit.windowSeconds) }
}
