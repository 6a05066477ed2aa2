import { z } from 'zod'
import { todoFilters } from '@/lib/contract/api'
import { createOnce } from '@/lib/http/create-once'
import { handle } from '@/lib/http/handle'
import { decodeCursor, listQuery } from '@/lib/http/list-query'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'
import { countTodos, createTodo, listTodos, newTodo, todoPosition } from '@/lib/todo/todos'

const listing = listQuery.extend({ filter: z.enum(todoFilters).default('all') })
const creation = 'POST /api/todos'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/todos', scope: 'todos:read', query: listing }, async ({ context, query }) => {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, todoPosition)
    const [page, counts] = await Promise.all([listTodos(context, { ...query, after }), countTodos(context)])
    return pageResponse(page, { counts })
  }),
  POST: handle({ route: creation, scope: 'todos:write', body: newTodo }, ({ context, headers, body }) =>
    createOnce(context, headers, [creation, body], async (inTransaction) => ({
      status: 201,
      body: await createTodo(inTransaction, body),
    })),
  ),
})
