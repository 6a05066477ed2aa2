import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'

/**
 * Returns how many rows of all tables were read by sequential scans and fetched through indexes since the server
 * started, as counted by Postgres. `db` must have one connection, because counters are flushed per connection.
 */
export async function rowsRead(db: Database): Promise<{ scanned: number; fetched: number }> {
  await db.execute(sql`select pg_stat_force_next_flush()`)
  const result = await db.execute(sql`
    select coalesce(sum(seq_tup_read), 0)::int as scanned, coalesce(sum(idx_tup_fetch), 0)::int as fetched
    from pg_stat_user_tables`)
  return rowsOf(result, z.object({ scanned: z.number(), fetched: z.number() }))[0] ?? { scanned: 0, fetched: 0 }
}
