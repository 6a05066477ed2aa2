/** Counters of the limits that must hold while Redis is away. `key` is an opaque hash; expired rows are overwritten. */
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
