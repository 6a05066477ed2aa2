import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import { restorableSeconds } from './conversations'

const temporaryHours = 24

/** An answer stays in its user's own cache for an hour after its turn, which is minutes long. */
const cachedHours = 2

/** Messages erased at a time, or one conversation: who deletes all they have leaves more than one query has the time for. */
const messagesAtATime = 2000

/**
 * Erases what can no longer be restored and temporary conversations past their day, of everybody, with messages and
 * links; each conversation as a whole. A turn that runs in a temporary one finds its row gone. What one that was used in
 * its last hours put into its user's own answer cache, or is about to put there, is left behind with all of that cache.
 */
export async function eraseAllOldConversations({ db }: Needs<'db'>): Promise<void> {
  const erase = () =>
    db.execute(sql`
      with old as (
        select user_id, id, last_seq, false as is_cached from conversation
        where deleted_at is not null and deleted_at < now() - make_interval(secs => ${restorableSeconds})
        union
        select user_id, id, last_seq, updated_at > now() - make_interval(hours => ${cachedHours}) from conversation
        where temporary and deleted_at is null and created_at < now() - make_interval(hours => ${temporaryHours})
      ),
      counted as (
        select user_id, id, is_cached, sum(last_seq) over (order by user_id, id) - last_seq as messages_before from old
      ),
      forgotten as (
        update "user" set cache_epoch = cache_epoch + 1
        where id in (select user_id from counted where is_cached and messages_before < ${messagesAtATime})
      )
      delete from conversation using counted
      where conversation.user_id = counted.user_id and conversation.id = counted.id
        and messages_before < ${messagesAtATime}
      returning conversation.id`)
  while (rowsOf(await erase()).length > 0);
}
