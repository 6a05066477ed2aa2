/**
 * A conversation of a user. Keyed (user_id, id): ids are the caller's, and an id that another user has used is simply
 * unknown here. `last_seq` hands out the only order of its messages; taking one locks the row, which is what makes two
 * sends to one conversation wait for each other.
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
    /** `pending`: a model was asked for a title, which happens once; until it answers the question's beginning stays. */
    titledBy: text('titled_by').$type<'question' | 'pending' | 'model' | 'user'>().notNull().default('question'),
    /** What a search finds the title by; null until somebody fills it in (see lib/conversation/index-texts). */
    searchWords: tsvector('search_words'),
    /** Sequence number of the newest message. */
    lastSeq: integer('last_seq').notNull().default(0),
    /** The newest message of the branch that is shown and that the next turn follows. */
    activeLeafId: uuid('active_leaf_id').$type<MessageId>(),
    /** The leaf before the newest turn was opened; the opening statement hands it back (see open-turn). */
    previousLeafId: uuid('previous_leaf_id').$type<MessageId>(),
    pinned: boolean('pinned').notNull().default(false),
    archived: boolean('archived').notNull().default(false),
    temporary: boolean('temporary').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** Newest activity, by the database's clock. */
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** Set: gone from every answer, restorable for a short while, then erased. */
    deletedAt: timestamp('deleted_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    index('conversation_newest')
      .on(table.userId, table.archived, table.updatedAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null and not temporary`),
    // A few among many: the newest of them must not be looked for among all.
    index('conversation_pinned')
      .on(table.userId, table.updatedAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`pinned and deleted_at is null and not temporary`),
    index('conversation_temporary').on(table.createdAt).where(sql`temporary`),
    index('conversation_unsearched').on(table.userId).where(sql`search_words is null`),
    index('conversation_deleted').on(table.deletedAt).where(sql`deleted_at is not null`),
  ],
)
