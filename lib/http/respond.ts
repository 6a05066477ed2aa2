import type { Page } from '@/lib/contract/api'
import { encodeCursor } from './list-query'

/** A page of a list as the contract has it; `next` is where the following page begins, `more` what this list says besides. */
export function pageResponse<Item>(
  page: { items: Item[]; next: Readonly<Record<string, string | number>> | null },
  more: object = {},
): Response {
  const body: Page<Item> = { items: page.items, nextCursor: page.next && encodeCursor(page.next) }
  return Response.json({ ...body, ...more })
}

/** 204: done, and nothing to say. */
export function noContent(): Response {
  return new Response(null, { status: 204 })
}
