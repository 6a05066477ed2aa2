/**
 * A read-only share: a text-only copy of the branch that was active when the link was created, so that later changes
 * to the conversation do not appear. Deleting the conversation deletes the share. While a deleted conversation can
 * be restored, the link must not work. Each conversation has at most one link.
 */
import { boolean, foreignKey, jsonb, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import type { SharedConversation } from '@/lib/contract/api'
import type { RenderedShare } from '@/lib/contract/markdown-token'
import type { ConversationId, UserId } from '@/lib/ids'
import { conversation } from './conversation'

export const sharedConversation = pgTable(
  'shared_conversation',
  {
    /** 144 random bits. Anyone with the id can read the share. */
    shareId: text('share_id').primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    conversationId: uuid('conversation_id').$type<ConversationId>().notNull(),
    title: text('title').notNull(),
    messages: jsonb('messages').$type<SharedConversation['messages']>().notNull(),
    /** Whether the conversation exceeded the size limit of a share. */
    isShortened: boolean('is_shortened').notNull().default(false),
    /**
     * The parsed messages for the page. If this is null, outdated or of another version, the next GET will render
     * them again.
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
