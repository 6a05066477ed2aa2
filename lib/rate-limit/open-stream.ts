import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { AppError } from '@/lib/errors'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { runScript } from '@/lib/redis/run-script'
import { type RateLimitSettings, streamLimit } from './rate-limit-request'

/** Releases the lease of `openStream`. Never throws. Only the first call has an effect. */
export type CloseStream = () => void

/** A lease for an open stream in one of the stores. */
type Lease = { renew: () => Promise<unknown>; release: () => Promise<unknown> }

/** The lease of a stream that a bug has left open is not renewed after this time. It must be longer than any answer. */
const maxStreamMs = 10 * 60_000

/** A stream may end at any moment; after this time a retry is reasonable. */
const retryAfterSeconds = 5

/**
 * Acquires a lease for one more open stream of a user, counted over all instances. The lease is renewed while
 * the stream is open, so it expires if the process is killed. Leases are stored in Redis, or in Postgres if
 * Redis is unavailable. The two stores are independent, so an outage can at most double the limit. `userKey`
 * must be a keyed hash. Throws `rate_limited` if the user has the maximum number of streams,
 * `database_unavailable` if neither store responds.
 */
export async function openStream(
  { redis, db }: { redis: RedisHandle; db: Database },
  settings: RateLimitSettings,
  userKey: string,
): Promise<CloseStream> {
  const limit = streamLimit(settings)
  if (limit === null) return () => undefined
  const lease = await acquireLease({ redis, db }, limit, userKey)
  if (lease === null) {
    const detail = 'Too many answers are open at once. Close some, or wait until one of them has finished.'
    throw new AppError('rate_limited', { retryAfterSeconds, detail })
  }
  const openedAt = performance.now()
  const renewal = setInterval(
    () => {
      if (performance.now() - openedAt > maxStreamMs) return clearInterval(renewal)
      // A failed renewal has no effect, because the next one follows before the lease expires.
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

async function acquireLease(
  { redis, db }: { redis: RedisHandle; db: Database },
  limit: Limit,
  userKey: string,
): Promise<Lease | null> {
  if (redis) {
    try {
      return await acquireLeaseInRedis(redis, limit, userKey)
    } catch (error) {
      // Redis is optional, so the stream is counted in Postgres.
      reportTrouble(redis, error)
    }
  }
  try {
    return await acquireLeaseInPostgres(db, limit, userKey)
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}

/**
 * KEYS: the set of open streams of the user, scored by the expiry of their leases. ARGV: the id of the stream, the
 * maximum, the lifetime in milliseconds.
 */
const acquireScript = `
  local streams = KEYS[1]
  local id, max, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', streams, '-inf', now)
  if redis.call('ZCARD', streams) >= max then return 0 end
  redis.call('ZADD', streams, now + lease, id)
  redis.call('PEXPIRE', streams, lease)
  return 1`

/** Renews a lease without checking the limit. Registers the stream again if Redis has lost its data. */
const renewScript = `
  local streams = KEYS[1]
  local id, lease = ARGV[1], tonumber(ARGV[2])
  local time = redis.call('TIME')
  redis.call('ZADD', streams, time[1] * 1000 + math.floor(time[2] / 1000) + lease, id)
  redis.call('PEXPIRE', streams, lease)
  return 1`

async function acquireLeaseInRedis(redis: Redis | Cluster, limit: Limit, userKey: string): Promise<Lease | null> {
  const key = `gf:1:limit:streams:{${userKey}}`
  const id = String(randomInt(2 ** 47))
  const leaseMs = String(limit.leaseSeconds * 1000)
  const acquired = await runScript(redis, acquireScript, [key], [id, String(limit.max), leaseMs])
  if (acquired === 0) return null
  return {
    renew: () => runScript(redis, renewScript, [key], [id, leaseMs]),
    release: () => redis.zrem(key, id),
  }
}

const slotRow = z.object({ key: z.string().nullable(), free: z.number() })

/**
 * Acquires a slot in the `rate_limit` table. A free slot is chosen at random, so that concurrent requests rarely
 * choose the same one. Expired rows count as free and are deleted with those of the rate limits. `count`
 * distinguishes this lease from a later one in the same slot.
 */
async function acquireLeaseInPostgres(
  db: Database,
  { max, leaseSeconds }: Limit,
  userKey: string,
): Promise<Lease | null> {
  const prefix = `streams:${userKey}:`
  const token = randomInt(2 ** 31 - 1)
  const until = sql`now() + make_interval(secs => ${leaseSeconds})`
  for (;;) {
    const result = await db.execute(sql`
      with place as (select ${prefix} || number as key from generate_series(1, ${max}::int) as number),
      free as (
        select key from place where not exists (
          select from rate_limit where rate_limit.key = place.key and window_ends_at > now())
      ),
      acquired as (
        insert into rate_limit as held (key, count, window_ends_at)
        select key, ${token}::int, ${until} from free order by random() limit 1
        on conflict (key) do update set count = excluded.count, window_ends_at = excluded.window_ends_at
        where held.window_ends_at <= now()
        returning key
      )
      select (select key from acquired) as key, (select count(*)::int from free) as free`)
    const [row] = rowsOf(result, slotRow)
    if (!row || row.free === 0) return null
    const { key } = row
    // Null if another stream acquired this slot first. In each round at least one stream
    // gets a slot, so the loop ends.
    if (key === null) continue
    const own = sql`key = ${key} and count = ${token}`
    return {
      renew: () => db.execute(sql`update rate_limit set window_ends_at = ${until} where ${own}`),
      release: () => db.execute(sql`delete from rate_limit where ${own}`),
    }
  }
}
