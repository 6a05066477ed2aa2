import { sql } from 'drizzle-orm'
import { conversation } from '@/db/schema/conversation'
import type { ConversationItem } from '@/lib/contract/api'

/** The columns of an item, for `select` and `returning` on the table `conversation`. */
export const itemColumns = Object.freeze({
  id: conversation.id,
  title: conversation.title,
  titledBy: conversation.titledBy,
  createdAt: conversation.createdAt,
  updatedAt: conversation.updatedAt,
  pinned: conversation.pinned,
  archived: conversation.archived,
  temporary: conversation.temporary,
  activeLeafId: conversation.activeLeafId,
  shareId: sql<string | null>`(
    select share_id from shared_conversation s where s.user_id = conversation.user_id and s.conversation_id = conversation.id
  )`,
  running: sql<boolean>`exists (
    select from message m where m.user_id = conversation.user_id and m.conversation_id = conversation.id
      and m.status = 'streaming' and m.lease_expires_at > now()
  )`,
})

export type ItemRow = Pick<
  typeof conversation.$inferSelect,
  'id' | 'title' | 'titledBy' | 'createdAt' | 'updatedAt' | 'pinned' | 'archived' | 'temporary' | 'activeLeafId'
> & { shareId: string | null; running: boolean }

export function toItem({ titledBy, createdAt, updatedAt, ...row }: ItemRow): ConversationItem {
  return {
    ...row,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    titledBy: titledBy === 'pending' ? 'question' : titledBy,
  }
}
