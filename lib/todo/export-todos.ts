import type { Needs } from '@/lib/context'
import { listTodos, type Position } from './todos'

/** Todos read at a time: an export never holds more. */
const pageSize = 100

/** All todos of a user as the elements of a JSON array, newest first, in pieces. */
export async function* exportTodos(context: Needs<'db' | 'userId'>): AsyncGenerator<string> {
  let after: Position | null = null
  do {
    const page: Awaited<ReturnType<typeof listTodos>> = await listTodos(context, {
      filter: 'all',
      limit: pageSize,
      after,
    })
    const beginning = after === null ? '' : ',\n'
    if (page.items.length > 0) yield beginning + page.items.map((item) => JSON.stringify(item)).join(',\n')
    after = page.next
  } while (after !== null)
}
