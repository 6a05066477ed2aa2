import { v4, v7 } from 'uuid'
import { beforeEach, expect, it } from 'vitest'
import type { TodoId, UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { countTodos, createTodo, deleteTodo, listTodos, patchTodo } from './todos'

const { db, sql } = await testDatabase()
const ada = { db, limits: 'off' as const, userId: 'ada' as UserId }
const eve = { db, limits: 'off' as const, userId: 'eve' as UserId }
beforeEach(async () => {
  await sql('delete from "user"')
  await sql(`insert into "user" (id, name, email) values ('ada', 'A', 'a@example.com'), ('eve', 'E', 'e@example.com')`)
})

const createOwn = (title: string, id = v7() as TodoId) => createTodo(ada, { id, title, description: '', done: false })
const titles = async () =>
  (await listTodos(ada, { filter: 'all', limit: 100, after: null })).items.map(({ title }) => title)

it('restores a deleted todo to its former position', async () => {
  const ids = [1, 2, 3].map((minutes) => v7({ msecs: Date.now() - minutes * 60_000 }) as TodoId)
  for (const [index, id] of ids.entries()) await createOwn(`${index}`, id)
  expect(await titles()).toEqual(['0', '1', '2'])
  const deleted = await deleteTodo(ada, ids[1] as TodoId)
  expect(await titles()).toEqual(['0', '2'])
  await createTodo(ada, { ...deleted, id: ids[1] as TodoId })
  expect(await titles()).toEqual(['0', '1', '2'])
})

it.each([
  ['a future time in its id', v7({ msecs: Date.now() + 86_400_000 })],
  ['the maximum time in its id', v7({ msecs: 2 ** 48 - 1 })],
  ['no time in its id', v4()],
])('dates a todo with %s to now', async (_, id) => {
  await createOwn('before', v7({ msecs: Date.now() - 1000 }) as TodoId)
  const { createdAt } = await createOwn('this', id as TodoId)
  const [now] = await sql<{ ago: string }>(`select abs(extract(epoch from now() - $1::timestamptz)) as ago`, [
    createdAt,
  ])
  expect(Number(now?.ago)).toBeLessThan(60)
  await sql(`update todo set created_at = created_at - interval '1 minute'`)
  await createOwn('after', v4() as TodoId)
  expect(await titles()).toEqual(['after', 'this', 'before'])
})

it('returns the existing todo for the same idempotency key or id of the same user only', async () => {
  const call = { title: 'Milk', description: '', done: false }
  const created = await createTodo(ada, call, 'turn 1 call 2')
  expect(await createTodo(ada, call, 'turn 1 call 2')).toEqual(created)
  expect((await createTodo(eve, call, 'turn 1 call 2')).id).not.toBe(created.id)
  const id = created.id as TodoId
  await createTodo(eve, { ...call, id, title: 'Hers' })
  await patchTodo(eve, id, { done: true })
  await deleteTodo(eve, id)
  expect(await listTodos(ada, { filter: 'open', limit: 10, after: null })).toEqual({ items: [created], next: null })
})

it('counts open and done todos', async () => {
  expect(await countTodos(ada)).toEqual({ open: 0, done: 0 })
  for (const title of ['a', 'b', 'c']) await createOwn(title)
  await createTodo(ada, { title: 'd', description: '', done: true })
  expect(await countTodos(ada)).toEqual({ open: 3, done: 1 })
  expect(await countTodos(eve)).toEqual({ open: 0, done: 0 })
})
