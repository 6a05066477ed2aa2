/** One row for each ended turn, and one for each call behind the scenes: what it cost and what the cache saved. No text; it outlives a deleted conversation. */
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
    /** `title`: a call that the user did not ask for; it is no turn. */
    purpose: text('purpose').$type<'answer' | 'title'>().notNull().default('answer'),
    model: text('model').notNull(),
    outcome: text('outcome').$type<MessageStatus>().notNull(),
    /** The layer that answered, or null for a call of the model. */
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
