/** The user's todos, in Postgres without a cache (docs/decisions/0022-todo-list-without-a-cache.md). */
import { and, count, desc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { todo } from '@/db/schema/todo'
import type { Needs } from '@/lib/context'
import type { Page, TodoCounts, TodoFilter, TodoItem } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import { asId, madeAtMs, mintId, type TodoId } from '@/lib/ids'
import { hasRoom, quotaError } from '@/lib/rate-limit/row-quota'

/** Counts code points. A composed emoji counts as several. */
const length = (text: string) => [...text].length

export const todoTitle = z
  .string()
  .trim()
  .min(1)
  .refine((text) => length(text) <= 200, 'must be at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must be one line without control characters')

export const todoDescription = z
  .string()
  .trim()
  .refine((text) => length(text) <= 2_000, 'must be at most 2000 characters')
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, 'must not have control characters')

/** Any valid UUID. Models and MCP clients receive the JSON Schema of this type, which cannot express every check. */
export const todoId = z.guid().transform(asId<TodoId>)

export const newTodo = z.strictObject({
  id: todoId.optional(),
  title: todoTitle,
  description: todoDescription.default(''),
  done: z.boolean().default(false),
})
export type NewTodo = z.output<typeof newTodo>

export const todoPatch = z.strictObject({
  title: todoTitle.optional(),
  description: todoDescription.optional(),
  done: z.boolean().optional(),
})
export type TodoPatch = z.output<typeof todoPatch>

/** The position of the last todo of a page. */
export const todoPosition = z.strictObject({ at: z.iso.datetime({ offset: true }), id: z.uuid() })
export type Position = z.output<typeof todoPosition>

type Listing = { filter: TodoFilter; limit: number; after: Position | null }

/** Lists the user's todos, newest first. Concurrent changes make a page neither skip nor repeat a todo. */
export async function listTodos(
  { db, userId }: Needs<'db' | 'userId'>,
  { filter, limit, after }: Listing,
): Promise<Omit<Page<TodoItem>, 'nextCursor'> & { next: Position | null }> {
  const rows = await db
    .select(columns)
    .from(todo)
    .where(
      and(
        eq(todo.userId, userId),
        filter === 'all' ? undefined : eq(todo.done, filter === 'done'),
        after ? sql`(${todo.createdAt}, ${todo.id}) < (${after.at}::timestamptz, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(todo.createdAt), desc(todo.id))
    .limit(limit + 1)
  const items = rows.slice(0, limit).map(toItem)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { at: last.createdAt, id: last.id } : null }
}

export async function countTodos({ db, userId }: Needs<'db' | 'userId'>): Promise<TodoCounts> {
  const [row] = await db
    .select({ all: count(), done: sql<number>`count(*) filter (where ${todo.done})`.mapWith(Number) })
    .from(todo)
    .where(eq(todo.userId, userId))
  const { all, done } = row ?? { all: 0, done: 0 }
  return { open: all - done, done }
}

/** Throws `not_found` if the todo does not exist or belongs to another user. */
export async function requireTodo({ db, userId }: Needs<'db' | 'userId'>, id: TodoId): Promise<TodoItem> {
  const [row] = await db.select(columns).from(todo).where(isOwn(userId, id))
  if (!row) throw new AppError('not_found')
  return toItem(row)
}

/**
 * Creates a todo. If the id or the key of the tool call already exists, the existing todo is returned unchanged, so
 * that requests can be repeated. Throws `idempotency_mismatch` if the id belongs to a different todo, and
 * `quota_exceeded`.
 */
export async function createTodo(
  { db, userId, limits }: Needs<'db' | 'userId' | 'limits'>,
  { id = mintId<TodoId>(), title, description, done }: NewTodo,
  callKey: string | null = null,
): Promise<TodoItem> {
  // The creation time comes from the id, so that a deleted todo is restored to its former position. A future time
  // must be clamped; otherwise the todo would sort first forever.
  const atMs = madeAtMs(id)
  const createdAt = atMs === null ? sql`now()` : sql`least(now(), to_timestamp(${atMs}::double precision / 1000))`
  const target = callKey === null ? [todo.userId, todo.id] : [todo.userId, todo.callKey]
  const todoExists = callKey === null ? sql`id = ${id}` : sql`call_key = ${callKey}`
  // The columns must be in the order of the table.
  const values = sql`
    select ${userId}, ${id}::uuid, ${title}, ${description}, ${done}::boolean, ${callKey}::text, ${createdAt}, now()
    where case when exists (select from todo where user_id = ${userId} and ${todoExists}) then true
      else ${hasRoom(limits, 'todos', userId)} end`
  // The no-op update returns an existing row in the same round trip.
  const [row] = await db
    .insert(todo)
    .select(values)
    .onConflictDoUpdate({ target, set: { userId } })
    .returning(columns)
    .catch((error) => {
      throw quotaError(error) ?? error
    })
  if (!row) throw new AppError('internal')
  if (callKey === null && row.title !== title) throw new AppError('idempotency_mismatch')
  return toItem(row)
}

/** Changes the given fields and returns the updated todo. Throws `not_found`. */
export async function patchTodo(
  context: Needs<'db' | 'userId'>,
  id: TodoId,
  { title, description, done }: TodoPatch,
): Promise<TodoItem> {
  const change = {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(done !== undefined && { done }),
  }
  if (Object.keys(change).length === 0) return requireTodo(context, id)
  const [row] = await context.db
    .update(todo)
    .set({ ...change, updatedAt: sql`now()` })
    .where(isOwn(context.userId, id))
    .returning(columns)
  if (!row) throw new AppError('not_found')
  return toItem(row)
}

/** Deletes a todo and returns it, so that the caller can restore it. Throws `not_found`. */
export async function deleteTodo({ db, userId }: Needs<'db' | 'userId'>, id: TodoId): Promise<TodoItem> {
  const [row] = await db.delete(todo).where(isOwn(userId, id)).returning(columns)
  if (!row) throw new AppError('not_found')
  return toItem(row)
}

const columns = Object.freeze({
  id: todo.id,
  title: todo.title,
  description: todo.description,
  done: todo.done,
  createdAt: todo.createdAt,
  updatedAt: todo.updatedAt,
})

type Row = Pick<typeof todo.$inferSelect, keyof typeof columns>

const toItem = ({ createdAt, updatedAt, ...row }: Row): TodoItem => ({
  ...row,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})

const isOwn = (userId: Needs<'userId'>['userId'], id: TodoId) => and(eq(todo.userId, userId), eq(todo.id, id))

/** Todos per query, which bounds the memory of an export. */
const pageSize = 100

/** Streams all todos of a user as the elements of a JSON array, newest first. */
export async function* exportTodos(context: Needs<'db' | 'userId'>): AsyncGenerator<string> {
  let after: Position | null = null
  do {
    const page: Awaited<ReturnType<typeof listTodos>> = await listTodos(context, {
      filter: 'all',
      limit: pageSize,
      after,
    })
    const separator = after === null ? '' : ',\n'
    if (page.items.length > 0) yield separator + page.items.map((item) => JSON.stringify(item)).join(',\n')
    after = page.next
  } while (after !== null)
}
