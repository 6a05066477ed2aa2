import { type ApiResult, callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import type { MessageItem, Page } from '@/lib/contract/api'

/**
 * `newest`: everything from the newest message back to the one looked for. `earlier`: the branch that ends in it, because
 * it is too far back or on another branch. `unknown`: there is no such message; the newest page all the same.
 */
export type FoundPlace = { place: 'newest' | 'earlier' | 'unknown'; items: MessageItem[]; cursor: string | null }

export const pageSize = 30
/** As many as the API gives at once. */
const strideSize = 100
/** A message further back than this is shown with what stands before it, not with all that came after it. */
export const reach = 500

/** The same for a message that is most often on the newest page: in one request if it is. */
export async function findRecent(read: ReadMessages, messageId: string): Promise<ApiResult<FoundPlace>> {
  const newest = await read({ limit: pageSize })
  if (!newest.ok) return newest
  return has(newest.value.items, messageId) ? found('newest', newest.value) : findMessage(read, messageId)
}

/** The part of a conversation in which a message stands, newest to oldest, in at most seven requests. */
export async function findMessage(read: ReadMessages, messageId: string): Promise<ApiResult<FoundPlace>> {
  const [newest, around] = await Promise.all([read({ limit: pageSize }), read({ limit: pageSize, leaf: messageId })])
  if (!newest.ok) return newest
  const { items, nextCursor } = newest.value
  if (has(items, messageId)) return found('newest', newest.value)
  if (!around.ok) return isUnknown(around.failure) ? found('unknown', newest.value) : around
  const wanted = around.value.items[0]
  if (wanted === undefined) return found('unknown', newest.value)

  const collected = [...items]
  let cursor = nextCursor
  while (cursor !== null && collected.length < reach && isBefore(wanted, collected.at(-1))) {
    const page = await read({ limit: strideSize, cursor })
    if (!page.ok) return page
    collected.push(...page.value.items)
    cursor = page.value.nextCursor
    if (has(page.value.items, messageId)) return found('newest', { items: collected, nextCursor: cursor })
  }
  return found('earlier', around.value)
}

const found = (place: FoundPlace['place'], { items, nextCursor }: Page<MessageItem>): ApiResult<FoundPlace> => ({
  ok: true,
  value: { place, items, cursor: nextCursor },
})

const has = (items: readonly MessageItem[], id: string) => items.some((item) => item.id === id)

/** The address may hold anything; what is no id names no message. */
const isUnknown = ({ code }: Failure) => code === 'not_found' || code === 'invalid_request'

/** Whether going on can lead to it: `seq` counts the messages of all branches, so it tells how far it is at least. */
const isBefore = (wanted: MessageItem, oldest: MessageItem | undefined) =>
  oldest !== undefined && wanted.seq < oldest.seq && oldest.seq - wanted.seq <= reach

/** From where a page of messages goes back: `cursor` from the page before it, `leaf` from a message; else the newest. */
export type PageStart = { limit: number; cursor?: string; leaf?: string }
export type ReadMessages = (from: PageStart) => Promise<ApiResult<Page<MessageItem>>>

/** Pages of a conversation, each newest to oldest. */
export const messageReader =
  (conversationId: string): ReadMessages =>
  ({ limit, ...from }) =>
    callApi(`/api/conversations/${conversationId}/messages?${new URLSearchParams({ limit: String(limit), ...from })}`)
