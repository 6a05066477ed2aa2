import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import { restorableSeconds } from './conversations'

const temporaryHours = 24

/** Messages erased at a time, or one conversation: who deletes all they have leaves more than one query has the time for. */
const messagesAtATime = 2000

/**
 * Erases what can no longer be restored and temporary conversations past their day, of everybody, with messages and
 * links; each conversation as a whole. What a temporary one put into the user's own answer cache is gone by then: nothing
 * stays there for so long.
 */
export async function eraseAllOldConversations({ db }: Needs<'db'>): Promise<void> {
  const erase = () =>
    db.execute(sql`
      with old as (
        select user_id, id, last_seq from conversation
        where deleted_at is not null and deleted_at < now() - make_interval(secs => ${restorableSeconds})
        union
        select user_id, id, last_seq from conversation
        where temporary and created_at < now() - make_interval(hours => ${temporaryHours})
      ),
      counted as (
        select user_id, id, sum(last_seq) over (order by user_id, id) - last_seq as messages_before from old
      )
      delete from conversation using counted
      where conversation.user_id = counted.user_id and conversation.id = counted.id
        and messages_before < ${messagesAtATime}
      returning conversation.id`)
  while (rowsOf(await erase()).length > 0);
}
