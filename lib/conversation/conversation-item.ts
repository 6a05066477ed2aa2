import { sql } from 'drizzle-orm'
import { conversation } from '@/db/schema/conversation'
import type { ConversationItem } from '@/lib/contract/api'

const shareIdOf = sql`(
  select share_id from shared_conversation s where s.user_id = conversation.user_id and s.conversation_id = conversation.id
)`
const isRunning = sql`exists (
  select from message r where r.user_id = conversation.user_id and r.conversation_id = conversation.id
    and r.status = 'streaming' and r.lease_expires_at > now()
)`

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
  shareId: sql<string | null>`${shareIdOf}`,
  running: sql<boolean>`${isRunning}`,
})

/** The same for a raw statement that has a relation `conversation`; times come as text. */
export const itemSelection = sql`conversation.id, conversation.title, conversation.titled_by as "titledBy",
  to_json(conversation.created_at) #>> '{}' as "createdAt", to_json(conversation.updated_at) #>> '{}' as "updatedAt",
  conversation.pinned, conversation.archived, conversation.temporary, conversation.active_leaf_id as "activeLeafId",
  ${shareIdOf} as "shareId", ${isRunning} as running`

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
