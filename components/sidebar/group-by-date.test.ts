import { describe, expect, it } from 'vitest'
import { groupByDate } from '@/components/sidebar/group-by-date'
import { mergeNewest } from '@/components/sidebar/merge-newest'
import type { ConversationItem } from '@/lib/contract/api'

const item = (id: string, updatedAt: Date): ConversationItem => ({
  id,
  title: id,
  createdAt: updatedAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  pinned: false,
  archived: false,
  temporary: false,
  shareId: null,
  activeLeafId: null,
  running: false,
  titledBy: 'question',
})
const now = new Date(2026, 2, 30, 0, 30)

describe('groupByDate', () => {
  it('cuts at local midnights', () => {
    const items = [
      item('just now', new Date(2026, 2, 30, 0, 29)),
      item('clock ahead', new Date(2026, 2, 30, 9, 0)),
      item('an hour ago', new Date(2026, 2, 29, 23, 30)),
      item('a week ago', new Date(2026, 2, 23, 0, 0)),
      item('longer ago', new Date(2026, 2, 22, 23, 59)),
    ]
    expect(groupByDate(items, now).map((group) => [group.name, group.items.map(({ id }) => id)])).toEqual([
      ['Today', ['just now', 'clock ahead']],
      ['Yesterday', ['an hour ago']],
      ['Previous 7 days', ['a week ago']],
      ['Older', ['longer ago']],
    ])
  })

  it('shows no empty group', () => {
    expect(groupByDate([], now)).toEqual([])
  })
})

describe('mergeNewest', () => {
  it('moves a refreshed conversation to the front and keeps the rest', () => {
    const shown = [item('b', new Date(2000)), item('a', new Date(1000))]
    expect(mergeNewest([item('a', new Date(3000))], shown).map(({ id }) => id)).toEqual(['a', 'b'])
  })
})
