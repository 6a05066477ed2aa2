import { sql } from 'drizzle-orm'
import type { Needs } from '@/lib/context'
import { restorableSeconds } from './conversations'

const temporaryHours = 24

/**
 * Erases what can no longer be restored and temporary conversations past their day, of everybody, with messages and
 * links. What a temporary one put into the user's own answer cache is gone by then: nothing stays there for so long.
 */
export async function eraseAllOldConversations({ db }: Needs<'db'>): Promise<void> {
  await db.execute(sql`
    delete from conversation
    where deleted_at is not null and deleted_at < now() - make_interval(secs => ${restorableSeconds})`)
  await db.execute(sql`
    delete from conversation where temporary and created_at < now() - make_interval(hours => ${temporaryHours})`)
}
