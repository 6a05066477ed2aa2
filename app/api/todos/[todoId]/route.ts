import { handle } from '@/lib/http/handle'
import { todoPath } from '@/lib/http/list-query'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'
import { deleteTodo, patchTodo, requireTodo, todoPatch } from '@/lib/todo/todos'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/todos/{id}', scope: 'todos:read', params: todoPath }, async ({ context, params }) =>
    Response.json(await requireTodo(context, params.todoId)),
  ),
  PATCH: handle(
    { route: 'PATCH /api/todos/{id}', scope: 'todos:write', params: todoPath, body: todoPatch },
    async ({ context, params, body }) => Response.json(await patchTodo(context, params.todoId, body)),
  ),
  DELETE: handle(
    { route: 'DELETE /api/todos/{id}', scope: 'todos:write', params: todoPath },
    async ({ context, params }) => {
      await deleteTodo(context, params.todoId)
      return noContent()
    },
  ),
})
