import type { ThreadMessage } from '@/components/chat/thread-message'
import type { TodoItem } from '@/lib/contract/api'
import { isToolPart } from '@/lib/contract/ui-message'

/**
 * A todo in a tool result. Stored results may come from any version of the server, so all fields must be checked.
 */
export type ToolTodo = Pick<TodoItem, 'id' | 'title' | 'description' | 'done'>

const readField = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

export function readText(value: unknown, name: string): string | null {
  const field = readField(value, name)
  return typeof field === 'string' ? field : null
}

export function readList(value: unknown, name: string): readonly unknown[] | null {
  const field = readField(value, name)
  return Array.isArray(field) ? field : null
}

export const readFlag = (value: unknown, name: string): boolean => readField(value, name) === true

export const readTodo = (value: unknown, name: string): ToolTodo | null => todoFrom(readField(value, name))

function todoFrom(value: unknown): ToolTodo | null {
  const id = readText(value, 'id')
  const title = readText(value, 'title')
  if (id === null || title === null) return null
  return { id, title, description: readText(value, 'description') ?? '', done: readFlag(value, 'done') }
}

function todosIn(output: unknown): ToolTodo[] {
  const listed = readList(output, 'todos') ?? []
  return [readTodo(output, 'todo'), ...listed.map(todoFrom)].filter((todo) => todo !== null)
}

/** Returns the newest title of a todo in the results of a conversation, or null. */
export function findTitle(messages: readonly ThreadMessage[], todoId: string): string | null {
  for (const { parts } of messages.toReversed())
    for (const part of parts.toReversed()) {
      const todo = isToolPart(part) ? todosIn(part.output).find(({ id }) => id === todoId) : undefined
      if (todo !== undefined) return todo.title
    }
  return null
}
