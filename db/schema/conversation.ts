/**
 * A conversation of a user. The key is (user_id, id), because clients choose the ids: an id of another user must
 * look unknown. `last_seq` assigns the only order of the messages. Incrementing it locks the row, so that two
 * concurrent sends to one conversation wait for each other.
 */
import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'
import { user } from './auth'
import { tsvector } from './tsvector'

export const conversation = pgTable(
  'conversation',
  {
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    id: uuid('id').$type<ConversationId>().notNull(),
    title: text('title').notNull(),
    /**
     * `pending` means that a title was requested from the model, which happens once. Until the model answers, the
     * beginning of the question is the title.
     */
    titledBy: text('titled_by').$type<'question' | 'pending' | 'model' | 'user'>().notNull().default('question'),
    /** The search terms of the title. Null until they are indexed (see lib/conversation/index-texts.ts). */
    searchWords: tsvector('search_words'),
    /** Sequence number of the newest message. */
    lastSeq: integer('last_seq').notNull().default(0),
    /** The last message of the visible branch. The next turn follows it. */
    activeLeafId: uuid('active_leaf_id').$type<MessageId>(),
    /** The leaf before the newest turn was opened. The opening statement returns it (see lib/turn/open-turn.ts). */
    previousLeafId: uuid('previous_leaf_id').$type<MessageId>(),
    pinned: boolean('pinned').notNull().default(false),
    archived: boolean('archived').notNull().default(false),
    temporary: boolean('temporary').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** Time of the newest activity, by the database's clock. */
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /**
     * Set when the user deletes the conversation. It is then hidden, can be restored for a short time, and will be
     * erased afterwards.
     */
    deletedAt: timestamp('deleted_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    index('conversation_newest')
      .on(table.userId, table.archived, table.updatedAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null and not temporary`),
    // Pinned conversations are few, so listing the newest of them must not scan all conversations.
    index('conversation_pinned')
      .on(table.userId, table.updatedAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`pinned and deleted_at is null and not temporary`),
    index('conversation_temporary').on(table.createdAt).where(sql`temporary`),
    index('conversation_unsearched').on(table.userId).where(sql`search_words is null`),
    index('conversation_deleted').on(table.deletedAt).where(sql`deleted_at is not null`),
  ],
)
