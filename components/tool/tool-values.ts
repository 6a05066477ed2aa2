import type { ThreadMessage } from '@/components/chat/thread-message'
import type { TodoItem } from '@/lib/contract/api'
import { isToolPart } from '@/lib/contract/ui-message'

/** What a tool says of a todo. A result comes from a server of any age, so every field is looked at before it is used. */
export type ToolTodo = Pick<TodoItem, 'id' | 'title' | 'description' | 'done'>

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

/** The text in a field; null where there is none. */
export function readText(value: unknown, name: string): string | null {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : null
}

/** The list in a field; null where there is none. */
export function readList(value: unknown, name: string): readonly unknown[] | null {
  const field = fieldOf(value, name)
  return Array.isArray(field) ? field : null
}

export const readFlag = (value: unknown, name: string): boolean => fieldOf(value, name) === true

/** The todo in a field; null where there is none. */
export const readTodo = (value: unknown, name: string): ToolTodo | null => todoFrom(fieldOf(value, name))

function todoFrom(value: unknown): ToolTodo | null {
  const id = readText(value, 'id')
  const title = readText(value, 'title')
  if (id === null || title === null) return null
  return { id, title, description: readText(value, 'description') ?? '', done: readFlag(value, 'done') }
}

/** Every todo that a result tells of. */
function todosIn(output: unknown): ToolTodo[] {
  const listed = readList(output, 'todos') ?? []
  return [readTodo(output, 'todo'), ...listed.map(todoFrom)].filter((todo) => todo !== null)
}

/** The newest title of a todo that a conversation tells of; null where it does not. */
export function findTitle(messages: readonly ThreadMessage[], todoId: string): string | null {
  for (const { parts } of messages.toReversed())
    for (const part of parts.toReversed()) {
      const told = isToolPart(part) ? todosIn(part.output).find(({ id }) => id === todoId) : undefined
      if (told !== undefined) return told.title
    }
  return null
}
