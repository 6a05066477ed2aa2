/**
 * What a read-only link shows: a copy of the branch that was active when it was made, text only, so that nothing that
 * happens to the conversation later shows. It goes with the conversation; while that is deleted but can be restored, the
 * link is dead. One link per conversation.
 */
import { boolean, foreignKey, jsonb, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import type { SharedConversation } from '@/lib/contract/api'
import type { RenderedShare } from '@/lib/contract/markdown-token'
import type { ConversationId, UserId } from '@/lib/ids'
import { conversation } from './conversation'

export const sharedConversation = pgTable(
  'shared_conversation',
  {
    /** 144 random bits: whoever has it may read. */
    shareId: text('share_id').primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    conversationId: uuid('conversation_id').$type<ConversationId>().notNull(),
    title: text('title').notNull(),
    messages: jsonb('messages').$type<SharedConversation['messages']>().notNull(),
    /** Whether the conversation was longer than a share may be. */
    isShortened: boolean('is_shortened').notNull().default(false),
    /**
     * The parsed messages for the page. The next GET renders them again if this is null, of another version or
     * outdated.
     */
    rendered: jsonb('rendered').$type<RenderedShare>(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    unique('shared_once').on(table.userId, table.conversationId),
    foreignKey({
      columns: [table.userId, table.conversationId],
      foreignColumns: [conversation.userId, conversation.id],
      name: 'shared_of_conversation',
    }).onDelete('cascade'),
  ],
)
