import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Cluster, Redis } from 'ioredis'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { AppError } from '@/lib/errors'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { runScript } from './count-in-redis'
import { type RateLimitSettings, streamLimit } from './rate-limit-request'

/** Releases the lease of `openStream`. Never throws. Only the first call has an effect. */
export type CloseStream = () => void

/** A lease for an open stream in one of the stores. */
type Lease = { renew: () => Promise<unknown>; release: () => Promise<unknown> }

/** Longer than any answer may take. A stream that was not closed because of a bug is released after this time. */
const longestStreamMs = 10 * 60_000

/** A stream may end at any moment; after this time a retry is reasonable. */
const retryAfterSeconds = 5

/**
 * Counts one more open stream of a user over all instances. A stream holds a lease that is renewed while it is open, so
 * the lease expires if its process is killed. Leases are stored in Redis, or in Postgres if Redis is unavailable. The
 * two are counted separately, so an outage can at most double the limit. `who` is a keyed hash. Throws `rate_limited`
 * if the user has the maximum number of streams, `database_unavailable` if neither store responds.
 */
export async function openStream(
  { redis, db }: { redis: RedisHandle; db: Database },
  settings: RateLimitSettings,
  who: string,
): Promise<CloseStream> {
  const limit = streamLimit(settings)
  if (limit === null) return () => undefined
  const lease = await takeLease({ redis, db }, limit, who)
  if (lease === null) {
    const detail = 'Too many answers are open at once. Close some, or wait until one has ended.'
    throw new AppError('rate_limited', { retryAfterSeconds, detail })
  }
  const openedAt = performance.now()
  const renewal = setInterval(
    () => {
      if (performance.now() - openedAt > longestStreamMs) return clearInterval(renewal)
      // If a renewal fails, the next one makes up for it.
      lease.renew().catch(() => undefined)
    },
    (limit.leaseSeconds * 1000) / 3,
  )
  renewal.unref()
  let isOpen = true
  return () => {
    clearInterval(renewal)
    if (isOpen) lease.release().catch(() => undefined)
    isOpen = false
  }
}

type Limit = { max: number; leaseSeconds: number }

async function takeLease(
  { redis, db }: { redis: RedisHandle; db: Database },
  limit: Limit,
  who: string,
): Promise<Lease | null> {
  if (redis) {
    try {
      return await takeLeaseInRedis(redis, limit, who)
    } catch (error) {
      // Redis is optional, so the stream is counted in Postgres.
      reportTrouble(redis, error)
    }
  }
  try {
    return await takeLeaseInPostgres(db, limit, who)
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}

/**
 * KEYS: the user's open streams, scored by the expiry of their leases. ARGV: the stream's id, the limit, milliseconds.
 */
const takeScript = `
  local streams = KEYS[1]
  local id, max, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', streams, '-inf', now)
  if redis.call('ZCARD', streams) >= max then return 0 end
  redis.call('ZADD', streams, now + lease, id)
  redis.call('PEXPIRE', streams, lease)
  return 1`

/** The same without a limit, for an open stream: it registers the stream again if Redis has lost its data. */
const renewScript = `
  local streams = KEYS[1]
  local id, lease = ARGV[1], tonumber(ARGV[2])
  local time = redis.call('TIME')
  redis.call('ZADD', streams, time[1] * 1000 + math.floor(time[2] / 1000) + lease, id)
  redis.call('PEXPIRE', streams, lease)
  return 1`

async function takeLeaseInRedis(redis: Redis | Cluster, limit: Limit, who: string): Promise<Lease | null> {
  const key = `gf:1:limit:streams:{${who}}`
  const id = String(randomInt(2 ** 47))
  const leaseMs = String(limit.leaseSeconds * 1000)
  const taken = await runScript(redis, takeScript, [key], [id, String(limit.max), leaseMs])
  if (taken === 0) return null
  return {
    renew: () => runScript(redis, renewScript, [key], [id, leaseMs]),
    release: () => redis.zrem(key, id),
  }
}

/**
 * Numbered slots in the table of limits. A free one is chosen at random, so that concurrent requests rarely choose the
 * same. Expired rows are free and are swept with the rows of other limits. `count` distinguishes this lease from a
 * later one in the same slot.
 */
async function takeLeaseInPostgres(db: Database, { max, leaseSeconds }: Limit, who: string): Promise<Lease | null> {
  const prefix = `streams:${who}:`
  const token = randomInt(2 ** 31 - 1)
  const until = sql`now() + make_interval(secs => ${leaseSeconds})`
  for (;;) {
    const result = await db.execute(sql`
      with place as (select ${prefix} || number as key from generate_series(1, ${max}::int) as number),
      free as (
        select key from place where not exists (
          select from rate_limit where rate_limit.key = place.key and window_ends_at > now())
      ),
      taken as (
        insert into rate_limit as held (key, count, window_ends_at)
        select key, ${token}::int, ${until} from free order by random() limit 1
        on conflict (key) do update set count = excluded.count, window_ends_at = excluded.window_ends_at
        where held.window_ends_at <= now()
        returning key
      )
      select (select key from taken) as key, (select count(*)::int from free) as free`)
    const [row] = rowsOf<{ key: string | null; free: number }>(result)
    if (!row || row.free === 0) return null
    const { key } = row
    // Null: another stream took this slot first. In each round at least one stream gets a slot, so the loop ends.
    if (key === null) continue
    const own = sql`key = ${key} and count = ${token}`
    return {
      renew: () => db.execute(sql`update rate_limit set window_ends_at = ${until} where ${own}`),
      release: () => db.execute(sql`delete from rate_limit where ${own}`),
    }
  }
}
