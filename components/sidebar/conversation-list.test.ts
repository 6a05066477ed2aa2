import { describe, expect, it } from 'vitest'
import { groupByDate } from '@/components/sidebar/conversation-list'
import type { ConversationItem } from '@/lib/contract/api'

const item = (id: string, updatedAt: Date, pinned = false) =>
  ({ id, updatedAt: updatedAt.toISOString(), pinned }) as ConversationItem
const now = new Date(2026, 2, 30, 0, 30)
const groups = (items: ConversationItem[]) =>
  groupByDate(items, now).map((group) => [group.name, group.items.map(({ id }) => id)])

describe('groupByDate', () => {
  it('starts a new group of conversations at local midnights', () => {
    const items = [
      item('clock ahead', new Date(2026, 2, 30, 9, 0)),
      item('just now', new Date(2026, 2, 30, 0, 29)),
      item('an hour ago', new Date(2026, 2, 29, 23, 30)),
      item('a week ago', new Date(2026, 2, 23, 0, 0)),
      item('longer ago', new Date(2026, 2, 22, 23, 59)),
      item('the first', new Date(2026, 2, 1, 0, 0)),
      item('last month', new Date(2026, 1, 28, 23, 59)),
      item('last year', new Date(2025, 2, 5)),
    ]
    expect(groups(items)).toEqual([
      ['today', ['clock ahead', 'just now']],
      ['yesterday', ['an hour ago']],
      ['week', ['a week ago']],
      [new Date(2026, 2, 1), ['longer ago', 'the first']],
      [new Date(2026, 1, 1), ['last month']],
      [new Date(2025, 2, 1), ['last year']],
    ])
  })

  it('lists pinned conversations first, however old they are', () => {
    expect(groups([item('new', now), item('old', new Date(2020, 0, 1), true)])).toEqual([
      ['pinned', ['old']],
      ['today', ['new']],
    ])
  })

  it('omits empty groups of conversations', () => {
    expect(groupByDate([], now)).toEqual([])
  })
})
