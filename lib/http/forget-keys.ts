import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'

const keptHours = 24
const rowsAtATime = 1000

/** Forgets what was answered under an `Idempotency-Key` more than a day ago, of everybody. */
export async function forgetOldKeys({ db }: Needs<'db'>): Promise<void> {
  const forget = () =>
    db.execute(sql`
      with old as (
        select user_id, key from idempotency_key
        where created_at < now() - make_interval(hours => ${keptHours})
        order by created_at limit ${rowsAtATime}
      )
      delete from idempotency_key using old
      where idempotency_key.user_id = old.user_id and idempotency_key.key = old.key
      returning idempotency_key.key`)
  while (rowsOf(await forget()).length === rowsAtATime);
}
