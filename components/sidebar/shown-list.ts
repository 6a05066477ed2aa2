import type { ConversationItem, Page } from '@/lib/contract/api'

/**
 * The shown conversations, newest activity first. `cursor` is the position after the last one that is not pinned.
 */
export type ShownList = { items: ConversationItem[]; cursor: string | null }

export const emptyList: ShownList = { items: [], cursor: null }

/** Ids break ties, so that the order is stable. */
const byActivity = (a: ConversationItem, b: ConversationItem) =>
  b.updatedAt.localeCompare(a.updatedAt) || b.id.localeCompare(a.id)

/**
 * Merges the first page and all pinned conversations into the list. Conversations that are missing from these
 * have been removed. Older pages stay, unless conversations may be missing between them and the first page; then
 * the list starts over.
 */
export function mergeNewest(
  shown: ShownList,
  newest: Page<ConversationItem>,
  pinned: Page<ConversationItem>,
): ShownList {
  const fresh = new Map([...newest.items, ...pinned.items].map((item) => [item.id, item]))
  const last = newest.items.at(-1)
  const isContiguous = newest.nextCursor !== null && last !== undefined && shown.items.some(({ id }) => id === last.id)
  const older = shown.items.filter((item) => {
    if (fresh.has(item.id)) return false
    return item.pinned ? pinned.nextCursor !== null : isContiguous && item.updatedAt <= last.updatedAt
  })
  return {
    items: [...fresh.values(), ...older].sort(byActivity),
    cursor: isContiguous ? shown.cursor : newest.nextCursor,
  }
}

export function appendOlder(shown: ShownList, page: Page<ConversationItem>): ShownList {
  const known = new Set(shown.items.map(({ id }) => id))
  return {
    items: [...shown.items, ...page.items.filter(({ id }) => !known.has(id))].sort(byActivity),
    cursor: page.nextCursor,
  }
}

/** Updates one conversation. An archived one is removed from the list. */
export function upsertItem(shown: ShownList, item: ConversationItem): ShownList {
  const others = shown.items.filter(({ id }) => id !== item.id)
  return { ...shown, items: item.archived ? others : [...others, item].sort(byActivity) }
}

export const dropItem = (shown: ShownList, id: string): ShownList => ({
  ...shown,
  items: shown.items.filter((item) => item.id !== id),
})
