/**
 * Counters of the rate limits that must hold when Redis is unavailable. `key` is an opaque hash. Expired rows are
 * overwritten.
 */
import { index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

export const rateLimit = pgTable(
  'rate_limit',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    windowEndsAt: timestamp('window_ends_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('rate_limit_expiry').on(table.windowEndsAt)],
)
