import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ConversationId, TurnId } from '@/lib/ids'
import { recoverConversation } from './recover-turn'
import type { TurnRun } from './turn-log'

/** A turn, whether or not it still runs. */
export type Followed = TurnRun & { conversationId: ConversationId; turnId: TurnId; isRunning: boolean }

/** The turn that runs in a conversation; null when none does. One whose process died is ended here and not found. */
export async function findRunningTurn(
  context: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<Followed | null> {
  const { db, userId } = context
  const [row] = await db
    .select({
      answerId: message.id,
      fence: message.fence,
      turnId: message.turnId,
      dead: sql<boolean>`coalesce(${message.leaseExpiresAt} < now(), false)`,
    })
    .from(message)
    .where(and(eq(message.userId, userId), eq(message.conversationId, conversationId), eq(message.status, 'streaming')))
  if (!row) return null
  if (row.dead && (await recoverConversation(context, conversationId))) return null
  return { ...row, conversationId, isRunning: true }
}
