import type { ConversationItem } from '@/lib/contract/api'

export const dateGroups = ['Today', 'Yesterday', 'Previous 7 days', 'Older'] as const
export type DateGroup = { name: (typeof dateGroups)[number]; items: ConversationItem[] }

/** Midnights of the reader's own calendar, not spans of 24 hours: days are 23 to 25 hours long. */
const midnight = (now: Date, daysAgo: number) =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime()

export function groupByDate(items: readonly ConversationItem[], now: Date): DateGroup[] {
  const limits = [midnight(now, 0), midnight(now, 1), midnight(now, 7), Number.NEGATIVE_INFINITY]
  const groups: DateGroup[] = dateGroups.map((name) => ({ name, items: [] }))
  for (const item of items) {
    const at = Date.parse(item.updatedAt)
    groups[limits.findIndex((limit) => at >= limit)]?.items.push(item)
  }
  return groups.filter((group) => group.items.length > 0)
}
