import { type ApiResult, callApi } from '@/components/api/call-api'
import type { TodoChange } from '@/components/todo/todo-change'
import type { NewTodo, TodoItem } from '@/lib/contract/api'

/** Has the server make a change. Answered with the todo as it is then; null: it is gone. All of them can be sent again. */
export async function sendTodoChange(change: TodoChange): Promise<ApiResult<TodoItem | null>> {
  const path = `/api/todos/${change.item.id}`
  switch (change.kind) {
    case 'add': {
      const { id, title, description, done } = change.item
      return callApi<TodoItem>('/api/todos', {
        method: 'POST',
        body: { id, title, description, done } satisfies NewTodo,
      })
    }
    case 'patch':
      return callApi<TodoItem>(path, { method: 'PATCH', body: change.patch })
    case 'remove': {
      const result = await callApi<null>(path, { method: 'DELETE' })
      // Deleted elsewhere is deleted.
      return !result.ok && result.failure.code === 'not_found' ? { ok: true, value: null } : result
    }
  }
}
