import type { ConversationItem } from '@/lib/contract/api'

/** The list with fresh items taken in, newest activity first. Ids break ties, so that the order never flickers. */
export function mergeNewest(
  fresh: readonly ConversationItem[],
  shown: readonly ConversationItem[],
): ConversationItem[] {
  const known = new Set(fresh.map((item) => item.id))
  const all = [...fresh, ...shown.filter((item) => !known.has(item.id))]
  return all.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || b.id.localeCompare(a.id))
}
