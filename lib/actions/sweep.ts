import type { Needs } from '@/lib/context'
import { eraseExpiredConversations } from '@/lib/conversation/conversations'
import { indexAllTexts } from '@/lib/conversation/index-texts'
import { deleteOldIdempotencyKeys } from '@/lib/http/create-once'
import { recoverAllTurns } from '@/lib/turn/turn-lease'

/**
 * Runs the periodic maintenance: ends dead turns, erases expired conversations, indexes texts for search, and deletes
 * old idempotency keys.
 */
export async function sweep(context: Needs<'db'>): Promise<void> {
  await recoverAllTurns(context)
  await eraseExpiredConversations(context)
  await indexAllTexts(context)
  await deleteOldIdempotencyKeys(context)
}
