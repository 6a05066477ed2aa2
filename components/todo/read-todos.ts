import { type ApiResult, callApi } from '@/components/api/call-api'
import { type KnownTodos, nothingKnown, withPage } from '@/components/todo/todo-change'
import type { TodoFilter, TodoPage } from '@/lib/contract/api'

const pageSize = 50

const readPage = (filter: TodoFilter, cursor: string | null) =>
  callApi<TodoPage>(
    `/api/todos?filter=${filter}&limit=${pageSize}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  )

/** The newest todos: a page, or as many as are shown already. */
export async function readTodos(filter: TodoFilter, shown: number): Promise<ApiResult<KnownTodos>> {
  let known = nothingKnown
  do {
    const page = await readPage(filter, known.cursor)
    if (!page.ok) return page
    known = { ...withPage(known, page.value), counts: page.value.counts }
  } while (known.cursor !== null && known.items.length < shown)
  return { ok: true, value: known }
}

/** The page after those that are known. */
export async function readMoreTodos(filter: TodoFilter, known: KnownTodos): Promise<ApiResult<KnownTodos>> {
  const page = await readPage(filter, known.cursor)
  return page.ok ? { ok: true, value: withPage(known, page.value) } : page
}
