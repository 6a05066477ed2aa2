import type { Page } from '@/lib/contract/api'
import { encodeCursor } from './list-query'

/** Returns one page of a list. `next` is the position of the following page, and `more` adds fields to the body. */
export function pageResponse<Item>(
  page: { items: Item[]; next: Readonly<Record<string, string | number>> | null },
  more: object = {},
): Response {
  const body: Page<Item> = { items: page.items, nextCursor: page.next && encodeCursor(page.next) }
  return Response.json({ ...body, ...more })
}

/** Returns an empty 204 response. */
export function noContent(): Response {
  return new Response(null, { status: 204 })
}
