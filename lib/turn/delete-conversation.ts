import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { CacheEntryRef } from '@/db/schema/message'
import { countCacheEvents } from '@/lib/answer-cache/cache-counters'
import { forgetOwnAnswers } from '@/lib/answer-cache/forget-answers'
import type { Needs } from '@/lib/context'
import { deleteConversation } from '@/lib/conversation/conversations'
import type { ConversationId } from '@/lib/ids'

/**
 * Takes a conversation out of every answer at once, and out of the user's own cache what it had put there; brought back,
 * it is not cached again. Throws `not_found`.
 */
export async function deleteConversationAndAnswers(
  context: Needs<'db' | 'redis' | 'keys' | 'userId' | 'now'>,
  conversationId: ConversationId,
): Promise<void> {
  await deleteConversation(context, conversationId)
  const refs = await listOwnAnswers(context, conversationId)
  if (refs.length > 0) countCacheEvents(context, { 'invalidated:conversation': refs.length })
  await forgetOwnAnswers(context, refs)
}

/** What came from the cache had been put there by another conversation. */
async function listOwnAnswers({ db, userId }: Needs<'db' | 'userId'>, conversationId: ConversationId) {
  const result = await db.execute(sql`
    select cache_entry as ref from message
    where user_id = ${userId} and conversation_id = ${conversationId} and cache_entry is not null
      and cache ->> 'status' <> 'hit'`)
  return rowsOf<{ ref: CacheEntryRef }>(result).map(({ ref }) => ref)
}
