import type { Needs } from '@/lib/context'
import { listMessages } from '@/lib/conversation/list-messages'
import { recoverConversation } from '@/lib/turn/turn-lease'

/** A page of a conversation as it stands now: a turn whose process died is ended first and not shown as running. */
export async function readConversation(
  context: Needs<'db' | 'userId'>,
  page: Parameters<typeof listMessages>[1],
): ReturnType<typeof listMessages> {
  const found = await listMessages(context, page)
  if (!found.dead) return found
  await recoverConversation(context, page.conversationId)
  return listMessages(context, page)
}
