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

const make = (title: string, id = v7() as TodoId) => createTodo(ada, { id, title, description: '', done: false })
const titles = async () =>
  (await listTodos(ada, { filter: 'all', limit: 100, after: null })).items.map(({ title }) => title)

it('puts a deleted todo back where it stood', async () => {
  const ids = [1, 2, 3].map((minutes) => v7({ msecs: Date.now() - minutes * 60_000 }) as TodoId)
  for (const [index, id] of ids.entries()) await make(`${index}`, id)
  expect(await titles()).toEqual(['0', '1', '2'])
  const taken = await deleteTodo(ada, ids[1] as TodoId)
  expect(await titles()).toEqual(['0', '2'])
  await createTodo(ada, { ...taken, id: ids[1] as TodoId })
  expect(await titles()).toEqual(['0', '1', '2'])
})

it.each([
  ['an id of times to come', v7({ msecs: Date.now() + 86_400_000 })],
  ['an id of the end of time', v7({ msecs: 2 ** 48 - 1 })],
  ['an id without a time', v4()],
])('takes %s as made now', async (_, id) => {
  await make('before', v7({ msecs: Date.now() - 1000 }) as TodoId)
  const { createdAt } = await make('this', id as TodoId)
  const [now] = await sql<{ ago: string }>(`select abs(extract(epoch from now() - $1::timestamptz)) as ago`, [
    createdAt,
  ])
  expect(Number(now?.ago)).toBeLessThan(60)
  await sql(`update todo set created_at = created_at - interval '1 minute'`)
  await make('after', v4() as TodoId)
  expect(await titles()).toEqual(['after', 'this', 'before'])
})

it('is found by the call that made it, by an id of its own user only', async () => {
  const call = { title: 'Milk', description: '', done: false }
  const made = await createTodo(ada, call, 'turn 1 call 2')
  expect(await createTodo(ada, call, 'turn 1 call 2')).toEqual(made)
  expect((await createTodo(eve, call, 'turn 1 call 2')).id).not.toBe(made.id)
  const id = made.id as TodoId
  await createTodo(eve, { ...call, id, title: 'Hers' })
  await patchTodo(eve, id, { done: true })
  await deleteTodo(eve, id)
  expect(await listTodos(ada, { filter: 'open', limit: 10, after: null })).toEqual({ items: [made], next: null })
})

it('counts by state', async () => {
  expect(await countTodos(ada)).toEqual({ open: 0, done: 0 })
  for (const title of ['a', 'b', 'c']) await make(title)
  await createTodo(ada, { title: 'd', description: '', done: true })
  expect(await countTodos(ada)).toEqual({ open: 3, done: 1 })
  expect(await countTodos(eve)).toEqual({ open: 0, done: 0 })
})
