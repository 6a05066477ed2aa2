import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import type { RateLimitRequest, RateLimitResult } from './rate-limit-request'

/** Dead rows that each count takes with it. More than it can add, so they never pile up; few, so that nobody waits. */
const sweepRows = 10

/**
 * The same count while Redis is away, in one statement and by the database's clock. The window is a fixed one that opens
 * with its first request: simpler, and for the time of an outage near enough. The upsert's own WHERE is the limit: it is
 * judged on the newest row, under its lock, and a row that it leaves alone is not returned. Rows are taken in the order
 * of their keys, so that two counts never wait for each other crosswise.
 */
export async function countInPostgres(db: Database, demands: readonly RateLimitRequest[]): Promise<RateLimitResult[]> {
  const result = await db.execute(sql`
    with demand (key, max, seconds) as (values ${sql.join(demands.map(demandRow), sql`, `)}),
    swept as (
      delete from rate_limit where key in (
        select key from rate_limit where window_ends_at < now() and key not in (select key from demand)
        order by window_ends_at limit ${sweepRows} for update skip locked)
    ),
    counted as (
      insert into rate_limit as held (key, count, window_ends_at)
      select key, 1, now() + make_interval(secs => seconds) from demand order by key
      on conflict (key) do update set
        count = case when held.window_ends_at <= now() then 1 else held.count + 1 end,
        window_ends_at = case when held.window_ends_at <= now() then excluded.window_ends_at else held.window_ends_at end
      where held.window_ends_at <= now() or held.count < (select max from demand where demand.key = held.key)
      returning key, count, window_ends_at
    )
    select demand.key, counted.count,
      ceil(extract(epoch from coalesce(counted.window_ends_at, seen.window_ends_at) - now()))::int as seconds
    from demand left join counted using (key) left join rate_limit seen using (key)`)
  const rows = rowsOf<{ key: string; count: number | null; seconds: number | null }>(result)
  return demands.map((demand) => {
    const row = rows.find(({ key }) => key === rowKey(demand))
    const { max, windowSeconds } = demand.limit
    const count = row?.count ?? null
    return {
      demand,
      allowed: count !== null,
      remaining: count === null ? 0 : Math.max(0, max - count),
      // Null: the row that refused was made while this statement ran.
      resetSeconds: Math.max(1, row?.seconds ?? windowSeconds),
    }
  })
}

/** Gives back one of each, in windows that are still open. */
export async function giveBackInPostgres(db: Database, demands: readonly RateLimitRequest[]): Promise<void> {
  const keys = sql.join(
    demands.map((demand) => sql`${rowKey(demand)}`),
    sql`, `,
  )
  await db.execute(sql`
    update rate_limit set count = count - 1 where count > 0 and window_ends_at > now() and key in (
      select key from rate_limit where key in (${keys}) order by key for update)`)
}

const rowKey = ({ limit, key }: RateLimitRequest) => `${limit.name}:${key}`

const demandRow = (demand: RateLimitRequest): SQL =>
  sql`(${rowKey(demand)}, ${demand.limit.max}::int, ${demand.limit.windowSeconds}::int)`
