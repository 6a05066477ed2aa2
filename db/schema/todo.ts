/**
 * A user's todo, created by the page, a chat tool or an API client. The key is (user_id, id), because clients choose
 * the ids.
 */
import { boolean, index, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import type { TodoId, UserId } from '@/lib/ids'
import { user } from './auth'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const todo = pgTable(
  'todo',
  {
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    id: uuid('id').$type<TodoId>().notNull(),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    done: boolean('done').notNull().default(false),
    /**
     * Identifies the tool call that created the todo, so that a repeated call finds it instead of creating another
     * one.
     */
    callKey: text('call_key'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    unique('todo_call').on(table.userId, table.callKey),
    index('todo_newest').on(table.userId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
  ],
)
