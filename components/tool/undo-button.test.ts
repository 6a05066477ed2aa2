import { describe, expect, it } from 'vitest'
import { undoOf } from '@/components/tool/undo-button'
import type { ToolPart } from '@/lib/contract/ui-message'

const todo = { id: 't/1', title: 'Milk', description: 'two', done: false, createdAt: 'a', updatedAt: 'b' }
const call = (name: string, output: unknown): ToolPart => ({
  type: `tool-${name}`,
  toolCallId: 'c',
  state: 'output-available',
  input: {},
  output,
})

describe('undoOf', () => {
  it.each([
    ['create_todo', { todo }, { method: 'DELETE', path: '/api/todos/t%2F1' }],
    ['complete_todo', { todo }, { method: 'PATCH', path: '/api/todos/t%2F1', body: { done: false } }],
    [
      'delete_todo',
      { todo },
      { method: 'POST', path: '/api/todos', body: { id: 't/1', title: 'Milk', description: 'two', done: false } },
    ],
    ['list_todos', { todos: [todo] }, null],
    ['weather', { todo }, null],
    ['create_todo', { todo: { id: 7 } }, null],
    ['create_todo', 'nothing', null],
  ])('returns the request that undoes %s with the result %j', (name, output, undo) => {
    expect(undoOf(call(name, output))).toEqual(undo)
  })

  it('undoes only the fields that an update has changed', () => {
    const before = { ...todo, title: 'Milch', done: true }
    expect(undoOf(call('update_todo', { todo, before }))).toMatchObject({ body: { title: 'Milch', done: true } })
    expect(undoOf(call('update_todo', { todo, before }))).not.toHaveProperty('body.description')
    expect(undoOf(call('update_todo', { todo, before: todo }))).toBeNull()
    expect(undoOf(call('update_todo', { todo }))).toBeNull()
  })

  it('offers no undo before the tool call has a result', () => {
    const part: ToolPart = { type: 'tool-create_todo', toolCallId: 'c', state: 'input-available', input: {} }
    expect(undoOf(part)).toBeNull()
  })
})
