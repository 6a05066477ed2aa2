import { expect, it } from 'vitest'
import { countTodoChanges } from '@/components/tool/tool-part'
import type { ChatPart } from '@/lib/contract/ui-message'

const call = (name: string, state: 'output-available' | 'output-denied' = 'output-available') =>
  ({ type: `tool-${name}`, toolCallId: 'c', state, input: {}, output: {} }) as ChatPart

it('countTodoChanges counts only calls that have changed a todo', () => {
  const changes = ['create_todo', 'update_todo', 'complete_todo', 'delete_todo'].map((name) => call(name))
  const others = ['list_todos', 'search_conversations', 'weather', 'constructor'].map((name) => call(name))
  const text: ChatPart = { type: 'text', text: 'create_todo' }
  expect(countTodoChanges([...changes, ...others, call('delete_todo', 'output-denied'), text])).toBe(4)
})
