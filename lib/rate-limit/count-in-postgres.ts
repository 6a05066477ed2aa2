import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import type { RateLimitRequest, RateLimitResult } from './rate-limit-request'

/**
 * The number of expired rows that each call deletes. It must exceed the number of rows that a call can add, so that
 * expired rows do not accumulate. It is small, so that no call takes long.
 */
const sweepRows = 10

const countedRow = z.object({ key: z.string(), count: z.number().nullable(), seconds: z.number().nullable() })

/**
 * Consumes requests while Redis is unavailable, in one statement and by the clock of the database. The window
 * is a fixed one that begins with its first request, which is simpler than a sliding window and accurate
 * enough for an outage. The WHERE of the upsert enforces the limit: it is evaluated on the newest row under
 * its lock, and a row that it rejects is not returned. Rows are locked in the order of their keys, so that
 * concurrent calls cannot deadlock.
 */
export async function countInPostgres(db: Database, requests: readonly RateLimitRequest[]): Promise<RateLimitResult[]> {
  const result = await db.execute(sql`
    with request (key, max, seconds) as (values ${sql.join(requests.map(requestRow), sql`, `)}),
    swept as (
      delete from rate_limit where key in (
        select key from rate_limit where window_ends_at < now() and key not in (select key from request)
        order by window_ends_at limit ${sweepRows} for update skip locked)
    ),
    counted as (
      insert into rate_limit as held (key, count, window_ends_at)
      select key, 1, now() + make_interval(secs => seconds) from request order by key
      on conflict (key) do update set
        count = case when held.window_ends_at <= now() then 1 else held.count + 1 end,
        window_ends_at = case when held.window_ends_at <= now() then excluded.window_ends_at else held.window_ends_at end
      where held.window_ends_at <= now() or held.count < (select max from request where request.key = held.key)
      returning key, count, window_ends_at
    )
    select request.key, counted.count,
      ceil(extract(epoch from coalesce(counted.window_ends_at, seen.window_ends_at) - now()))::int as seconds
    from request left join counted using (key) left join rate_limit seen using (key)`)
  const rows = rowsOf(result, countedRow)
  return requests.map((request) => {
    const row = rows.find(({ key }) => key === rowKey(request))
    const { max, windowSeconds } = request.policy
    const count = row?.count ?? null
    return {
      request,
      allowed: count !== null,
      remaining: count === null ? 0 : Math.max(0, max - count),
      // `seconds` is null if the row that refused was inserted while this statement ran.
      resetSeconds: Math.max(1, row?.seconds ?? windowSeconds),
    }
  })
}

/** Refunds one request of each policy whose window is still open. */
export async function refundInPostgres(db: Database, requests: readonly RateLimitRequest[]): Promise<void> {
  const keys = sql.join(
    requests.map((request) => sql`${rowKey(request)}`),
    sql`, `,
  )
  await db.execute(sql`
    update rate_limit set count = count - 1 where count > 0 and window_ends_at > now() and key in (
      select key from rate_limit where key in (${keys}) order by key for update)`)
}

const rowKey = ({ policy, key }: RateLimitRequest) => `${policy.name}:${key}`

const requestRow = (request: RateLimitRequest): SQL =>
  sql`(${rowKey(request)}, ${request.policy.max}::int, ${request.policy.windowSeconds}::int)`
