import type { ConversationItem, Page } from '@/lib/contract/api'

/** What the sidebar holds, newest activity first; `cursor` leads on below the last of those that are not pinned. */
export type ShownList = { items: ConversationItem[]; cursor: string | null }

export const emptyList: ShownList = { items: [], cursor: null }

/** Ids break ties, so that the order never flickers. */
const byActivity = (a: ConversationItem, b: ConversationItem) =>
  b.updatedAt.localeCompare(a.updatedAt) || b.id.localeCompare(a.id)

/**
 * The list brought up to date with its first page and with all that is pinned. What should be in these and is not has
 * gone. Older pages that are shown already stay, unless something may be missing between: then the list begins anew.
 */
export function takeNewest(
  shown: ShownList,
  newest: Page<ConversationItem>,
  pinned: Page<ConversationItem>,
): ShownList {
  const fresh = new Map([...newest.items, ...pinned.items].map((item) => [item.id, item]))
  const last = newest.items.at(-1)
  const goesOn = newest.nextCursor !== null && last !== undefined && shown.items.some(({ id }) => id === last.id)
  const kept = shown.items.filter((item) => {
    if (fresh.has(item.id)) return false
    return item.pinned ? pinned.nextCursor !== null : goesOn && item.updatedAt <= last.updatedAt
  })
  return {
    items: [...fresh.values(), ...kept].sort(byActivity),
    cursor: goesOn ? shown.cursor : newest.nextCursor,
  }
}

export function takeOlder(shown: ShownList, page: Page<ConversationItem>): ShownList {
  const known = new Set(shown.items.map(({ id }) => id))
  return {
    items: [...shown.items, ...page.items.filter(({ id }) => !known.has(id))].sort(byActivity),
    cursor: page.nextCursor,
  }
}

/** One conversation as it is now; an archived one leaves the list. */
export function takeItem(shown: ShownList, item: ConversationItem): ShownList {
  const others = shown.items.filter(({ id }) => id !== item.id)
  return { ...shown, items: item.archived ? others : [...others, item].sort(byActivity) }
}

export const dropItem = (shown: ShownList, id: string): ShownList => ({
  ...shown,
  items: shown.items.filter((item) => item.id !== id),
})
