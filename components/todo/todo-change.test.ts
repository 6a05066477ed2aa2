import { describe, expect, it } from 'vitest'
import { fits, type KnownTodos, noKnownTodos, withChange, withChanges, withPage } from '@/components/todo/todo-change'
import type { TodoItem } from '@/lib/contract/api'

const item = (id: string, at: number, more: Partial<TodoItem> = {}): TodoItem => ({
  id,
  title: id,
  description: '',
  done: false,
  createdAt: new Date(at).toISOString(),
  updatedAt: new Date(at).toISOString(),
  ...more,
})
const [a, b, c] = [item('a', 10), item('b', 20, { done: true }), item('c', 30)]
const known: KnownTodos = { items: [c, b, a], counts: { open: 2, done: 1 }, cursor: 'below a' }
const ids = ({ items }: KnownTodos) => items.map(({ id }) => id).join('')

describe('withChange', () => {
  it('adds a new todo on top and a restored one at its old position', () => {
    const now = withChange(known, { kind: 'add', item: item('d', 40) })
    expect([ids(now), now.counts, now.cursor]).toEqual(['dcba', { open: 3, done: 1 }, 'below a'])
    const without = withChange(known, { kind: 'remove', item: b })
    expect([ids(without), without.counts]).toEqual(['ca', { open: 2, done: 0 }])
    expect(withChange(without, { kind: 'add', item: b })).toEqual(known)
  })

  it('adds a todo only once', () => {
    expect(withChange(known, { kind: 'add', item: c })).toEqual(known)
  })

  it('completes, reopens and renames a todo', () => {
    const ticked = withChange(known, { kind: 'patch', item: a, patch: { done: true } })
    expect([ids(ticked), ticked.counts]).toEqual(['cba', { open: 1, done: 2 }])
    expect(withChange(ticked, { kind: 'patch', item: a, patch: { done: false } })).toEqual(known)
    expect(withChange(known, { kind: 'patch', item: a, patch: { title: 'A' } }).items[2]?.title).toBe('A')
  })

  it('changes a todo that only another filter contains, as an undo does', () => {
    const ofOpen: KnownTodos = { items: [c, a], counts: { open: 2, done: 1 }, cursor: null }
    const now = withChange(ofOpen, { kind: 'patch', item: b, patch: { done: false } })
    expect([ids(now), now.counts]).toEqual(['cba', { open: 3, done: 0 }])
  })

  it('keeps the counts of todos unknown before the first response', () => {
    expect(withChange(noKnownTodos, { kind: 'add', item: a }).counts).toBe(null)
  })
})

it('withChanges keeps a newer change when the response to an older one arrives', () => {
  const tick = { kind: 'patch', item: a, patch: { done: true } } as const
  const untick = { kind: 'patch', item: a, patch: { done: false } } as const
  expect(withChanges(known, [tick, untick]).items[2]?.done).toBe(false)
  const answered = withChange(known, { kind: 'add', item: { ...a, done: true } })
  expect(withChanges(answered, [untick])).toEqual(known)
})

it('withPage keeps the known version of a todo that a further page contains', () => {
  const now = withPage(known, { items: [item('a', 10, { title: 'old' }), item('0', 5)], nextCursor: null })
  expect([ids(now), now.cursor, now.items[2]?.title]).toEqual(['cba0', null, 'a'])
})

it('fits returns whether a todo matches a filter', () => {
  expect([a, b].map((one) => fits(one, 'open'))).toEqual([true, false])
  expect([a, b].map((one) => fits(one, 'done'))).toEqual([false, true])
  expect([a, b].map((one) => fits(one, 'all'))).toEqual([true, true])
})
