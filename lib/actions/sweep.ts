import type { Needs } from '@/lib/context'
import { eraseExpiredConversations } from '@/lib/conversation/conversations'
import { indexAllTexts } from '@/lib/conversation/index-texts'
import { forgetOldKeys } from '@/lib/http/create-once'
import { recoverAllTurns } from '@/lib/turn/turn-lease'

/**
 * What has to be put in order whether or not anybody asks: dead turns, conversations past their time, texts not yet
 * found, answers to repeated requests that nobody repeats any more.
 */
export async function sweep(context: Needs<'db'>): Promise<void> {
  await recoverAllTurns(context)
  await eraseExpiredConversations(context)
  await indexAllTexts(context)
  await forgetOldKeys(context)
}
