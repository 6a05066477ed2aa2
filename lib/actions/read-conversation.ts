import type { Needs } from '@/lib/context'
import { listMessages } from '@/lib/conversation/list-messages'
import { recoverConversation } from '@/lib/turn/turn-lease'

/**
 * Returns a page of a conversation. A turn whose process has died is ended first, so that it is not shown as running.
 */
export async function readConversation(
  context: Needs<'db' | 'userId'>,
  page: Parameters<typeof listMessages>[1],
): ReturnType<typeof listMessages> {
  const found = await listMessages(context, page)
  if (!found.dead) return found
  await recoverConversation(context, page.conversationId)
  return listMessages(context, page)
}
