/**
 * A user's preferences. Null means the server's default, so that a changed default applies to users who chose
 * nothing.
 */
import { boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { Preferences } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'
import { user } from './auth'

export const preference = pgTable('preference', {
  userId: text('user_id')
    .$type<UserId>()
    .primaryKey()
    .references(() => user.id, { onDelete: 'cascade' }),
  theme: text('theme').$type<Preferences['theme']>(),
  language: text('language').$type<Preferences['language']>(),
  model: text('model'),
  answerCache: text('answer_cache').$type<Preferences['answerCache']>(),
  sendKey: text('send_key').$type<Preferences['sendKey']>(),
  shortcuts: boolean('shortcuts'),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
})
