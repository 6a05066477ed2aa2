import { sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { AppError } from '@/lib/errors'

/** How long a caller must wait, and for how long it may then proceed before it must wait again. */
export type WaitingTime = { waitSeconds: number; openSeconds: number }

/**
 * Returns the seconds that the caller named by `key` must still wait; 0 if it may proceed. The first call begins the
 * wait, and later calls neither shorten nor extend it, so callers with different keys do not affect each other. The
 * request itself does not wait: the caller must retry. Uses one statement and the database's clock. The row is swept
 * like every other row of `rate_limit`. Throws `database_unavailable`.
 */
export async function remainingWait(
  db: Database,
  key: string,
  { waitSeconds, openSeconds }: WaitingTime,
): Promise<number> {
  const wholeSeconds = waitSeconds + openSeconds
  try {
    const result = await db.execute(sql`
      insert into rate_limit as held (key, count, window_ends_at)
      values (${`wait:${key}`}, 1, now() + make_interval(secs => ${wholeSeconds}::int))
      on conflict (key) do update set window_ends_at =
        case when held.window_ends_at <= now() then excluded.window_ends_at else held.window_ends_at end
      returning ceil(extract(epoch from window_ends_at - now()) - ${openSeconds}::int)::int as seconds`)
    const { seconds = waitSeconds } = rowsOf<{ seconds: number }>(result)[0] ?? {}
    return Math.min(waitSeconds, Math.max(0, seconds))
  } catch (cause) {
    throw new AppError('database_unavailable', { cause, retryAfterSeconds: 3 })
  }
}
