import { expect, it } from 'vitest'
import { awaitedAnswer } from '@/components/chat/thread-message'
import { findTitle } from '@/components/tool/tool-values'
import type { ChatPart } from '@/lib/contract/ui-message'

const call = (name: string, output: unknown) =>
  ({ type: `tool-${name}`, toolCallId: 'c', state: 'output-available', input: {}, output }) as ChatPart
const message = (turn: string, ...parts: ChatPart[]) => ({ ...awaitedAnswer(turn), parts })
const todo = (id: string, title: string) => ({ id, title, description: '', done: false })

it('finds the newest title of a todo in the results of a conversation', () => {
  const messages = [
    message(
      '1',
      call('create_todo', { todo: todo('m', 'Mlik') }),
      call('list_todos', { todos: [todo('b', 'Bread'), 7] }),
    ),
    message(
      '2',
      call('update_todo', { todo: todo('m', 'Melk') }),
      call('complete_todo', { todo: todo('m', 'Milk') }),
      call('x', null),
    ),
  ]
  expect(findTitle(messages, 'm')).toBe('Milk')
  expect(findTitle(messages, 'b')).toBe('Bread')
  expect(findTitle(messages, 'other')).toBeNull()
})
