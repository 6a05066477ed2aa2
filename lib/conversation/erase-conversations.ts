import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import { restorableSeconds } from './conversations'

const temporaryHours = 24

/** An answer stays in its user's own cache for one hour after its turn, and a turn lasts minutes. */
const cachedHours = 2

/** Messages erased in one query, which may be one conversation. Erasing all messages of a user could time out. */
const messagesAtATime = 2000

/**
 * Erases deleted conversations that can no longer be restored and expired temporary ones, of all users, with their
 * messages and links. A turn that runs in an erased conversation finds its row gone. If a temporary conversation was used
 * recently, the cache epoch of its user is raised, because its answers may be, or may yet be stored, in the answer cache.
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
