import type { Needs } from '@/lib/context'
import { eraseAllDeletedConversations } from '@/lib/conversation/conversations'
import { recoverAllTurns } from './recover-turn'

/** What has to be put in order whether or not anybody asks: dead turns, and deleted conversations past their time. */
export async function sweep(context: Needs<'db'>): Promise<void> {
  await recoverAllTurns(context)
  await eraseAllDeletedConversations(context)
}
