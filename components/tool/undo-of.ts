import { toolKindOf } from '@/components/tool/tool-kind'
import { readTodo, type ToldTodo } from '@/components/tool/tool-values'
import type { NewTodo, TodoPatch } from '@/lib/contract/api'
import { type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

/** The request that takes a call back. */
export type Undo =
  | { method: 'DELETE'; path: string }
  | { method: 'PATCH'; path: string; body: TodoPatch }
  | { method: 'POST'; path: string; body: NewTodo }

/** Null for a call that changed nothing, and for one that cannot be taken back. */
export function undoOf(part: ToolPart): Undo | null {
  if (part.state !== 'output-available') return null
  const todo = readTodo(part.output, 'todo')
  if (todo === null) return null
  const path = `/api/todos/${encodeURIComponent(todo.id)}`
  switch (toolKindOf(toolNameOf(part))) {
    case 'create':
      return { method: 'DELETE', path }
    case 'complete':
      return { method: 'PATCH', path, body: { done: false } }
    case 'update': {
      const before = readTodo(part.output, 'before')
      const body = before && backTo(before, todo)
      return body && { method: 'PATCH', path, body }
    }
    case 'delete':
      // Under its old id: sent twice it is there once.
      return { method: 'POST', path: '/api/todos', body: todo }
    default:
      return null
  }
}

/** Only what the call changed: what was changed since stays. Null where it changed nothing. */
function backTo(before: ToldTodo, after: ToldTodo): TodoPatch | null {
  const body: TodoPatch = {
    ...(before.title !== after.title && { title: before.title }),
    ...(before.description !== after.description && { description: before.description }),
    ...(before.done !== after.done && { done: before.done }),
  }
  return Object.keys(body).length === 0 ? null : body
}
