import type { ConversationItem } from '@/lib/contract/api'

/** A month is said by its first day. */
export type DateGroup = { name: 'pinned' | 'today' | 'yesterday' | 'week' | Date; items: ConversationItem[] }

/** Midnights of the reader's own calendar, not spans of 24 hours: days are 23 to 25 hours long. */
const midnight = (now: Date, daysAgo: number) =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime()

/** What is pinned, then days, then months, as the browser's time zone has them. `items`: newest activity first. */
export function groupByDate(items: readonly ConversationItem[], now: Date): DateGroup[] {
  const nameOf = (item: ConversationItem): DateGroup['name'] => {
    const at = Date.parse(item.updatedAt)
    if (item.pinned) return 'pinned'
    if (at >= midnight(now, 0)) return 'today'
    if (at >= midnight(now, 1)) return 'yesterday'
    if (at >= midnight(now, 7)) return 'week'
    const day = new Date(at)
    return new Date(day.getFullYear(), day.getMonth(), 1)
  }
  const groups = new Map<string, DateGroup>([['pinned', { name: 'pinned', items: [] }]])
  for (const item of items) {
    const name = nameOf(item)
    const group = groups.get(String(name))
    if (group === undefined) groups.set(String(name), { name, items: [item] })
    else group.items.push(item)
  }
  return [...groups.values()].filter((group) => group.items.length > 0)
}
