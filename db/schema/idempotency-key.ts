/**
 * Stores the response to a creating request with an `Idempotency-Key`, in the same transaction as the created rows.
 * Rows are deleted after a day.
 */
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { UserId } from '@/lib/ids'
import { user } from './auth'

export const idempotencyKey = pgTable(
  'idempotency_key',
  {
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** Hash of the route and the body. Reusing a key for a different request must be rejected. */
    requestHash: text('request_hash').notNull(),
    status: integer('status').notNull(),
    body: jsonb('body').$type<unknown>(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.key] }), index('idempotency_key_age').on(table.createdAt)],
)
