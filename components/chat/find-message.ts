import { type ApiResult, callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import type { MessageItem, Page } from '@/lib/contract/api'

/**
 * `newest`: all messages from the newest back to the requested one. `earlier`: the branch that ends in the
 * requested message, because it is too far back or not on the active branch. `unknown`: the message does not
 * exist, and the newest page is returned instead.
 */
export type FoundPlace = { place: 'newest' | 'earlier' | 'unknown'; items: MessageItem[]; cursor: string | null }

export const pageSize = 30
/** The page size for loading many messages. It must not exceed the API's limit. */
const largePageSize = 100
/**
 * If a message is further back than this, it is shown with the messages before it instead of all messages after
 * it.
 */
export const maxDistance = 500

/**
 * Does the same as `findMessage` with one request if the message is on the newest page. Use it if that is likely.
 */
export async function findRecent(read: ReadMessages, messageId: string): Promise<ApiResult<FoundPlace>> {
  const newest = await read({ limit: pageSize })
  if (!newest.ok) return newest
  return contains(newest.value.items, messageId) ? toResult('newest', newest.value) : findMessage(read, messageId)
}

/** Returns the part of a conversation that contains a message, newest first, with at most seven requests. */
export async function findMessage(read: ReadMessages, messageId: string): Promise<ApiResult<FoundPlace>> {
  const [newest, branch] = await Promise.all([read({ limit: pageSize }), read({ limit: pageSize, leaf: messageId })])
  if (!newest.ok) return newest
  const { items, nextCursor } = newest.value
  if (contains(items, messageId)) return toResult('newest', newest.value)
  if (!branch.ok) return isUnknown(branch.failure) ? toResult('unknown', newest.value) : branch
  const target = branch.value.items[0]
  if (target === undefined) return toResult('unknown', newest.value)

  const collected = [...items]
  let cursor = nextCursor
  while (cursor !== null && collected.length < maxDistance && canReach(target, collected.at(-1))) {
    const page = await read({ limit: largePageSize, cursor })
    if (!page.ok) return page
    collected.push(...page.value.items)
    cursor = page.value.nextCursor
    if (contains(page.value.items, messageId)) return toResult('newest', { items: collected, nextCursor: cursor })
  }
  return toResult('earlier', branch.value)
}

const toResult = (place: FoundPlace['place'], { items, nextCursor }: Page<MessageItem>): ApiResult<FoundPlace> => ({
  ok: true,
  value: { place, items, cursor: nextCursor },
})

const contains = (items: readonly MessageItem[], id: string) => items.some((item) => item.id === id)

/** The id comes from the URL, so it may be malformed. Then no such message exists either. */
const isUnknown = ({ code }: Failure) => code === 'not_found' || code === 'invalid_request'

/**
 * Returns whether loading more pages can reach the message. `seq` counts the messages of all branches, so its
 * difference is an upper bound of the distance.
 */
const canReach = (target: MessageItem, oldest: MessageItem | undefined) =>
  oldest !== undefined && target.seq < oldest.seq && oldest.seq - target.seq <= maxDistance

/**
 * The start of a page of messages: the `cursor` of the previous page, a `leaf` message, or the newest message.
 */
export type PageStart = { limit: number; cursor?: string; leaf?: string }
export type ReadMessages = (from: PageStart) => Promise<ApiResult<Page<MessageItem>>>

/** Returns a function that reads pages of a conversation, each newest first. */
export const messageReader =
  (conversationId: string): ReadMessages =>
  ({ limit, ...from }) =>
    callApi(`/api/conversations/${conversationId}/messages?${new URLSearchParams({ limit: String(limit), ...from })}`)
