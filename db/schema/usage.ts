/**
 * One row for each ended turn and for each internal model call: its cost, and what the cache saved. It contains no
 * text and remains when the conversation is deleted.
 */
import { doublePrecision, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { MessageStatus } from '@/lib/contract/ui-message'
import type { TurnId, UserId } from '@/lib/ids'
import { user } from './auth'

export const usage = pgTable(
  'usage',
  {
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    turnId: uuid('turn_id').$type<TurnId>().notNull(),
    /** `title` marks an internal call that generates a title and does not belong to a turn. */
    purpose: text('purpose').$type<'answer' | 'title'>().notNull().default('answer'),
    model: text('model').notNull(),
    outcome: text('outcome').$type<MessageStatus>().notNull(),
    /** The cache layer that answered, or null if the model was called. */
    cacheLayer: text('cache_layer').$type<'exact' | 'words' | 'semantic'>(),
    inputTokens: integer('input_tokens').notNull().default(0),
    cachedInputTokens: integer('cached_input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    costUsd: doublePrecision('cost_usd').notNull().default(0),
    savedUsd: doublePrecision('saved_usd').notNull().default(0),
    savedMs: integer('saved_ms').notNull().default(0),
    ttftMs: integer('ttft_ms'),
    durationMs: integer('duration_ms').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.turnId, table.purpose] }),
    index('usage_by_time').on(table.userId, table.createdAt),
  ],
)
