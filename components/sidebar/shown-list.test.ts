import { describe, expect, it } from 'vitest'
import { emptyList, takeItem, takeNewest, takeOlder } from '@/components/sidebar/shown-list'
import type { ConversationItem } from '@/lib/contract/api'

const item = (id: string, at: number, more: Partial<ConversationItem> = {}): ConversationItem => ({
  id,
  title: id,
  createdAt: new Date(at).toISOString(),
  updatedAt: new Date(at).toISOString(),
  pinned: false,
  archived: false,
  temporary: false,
  shareId: null,
  activeLeafId: null,
  running: false,
  titledBy: 'question',
  ...more,
})
const page = (items: ConversationItem[], nextCursor: string | null = null) => ({ items, nextCursor })
const ids = ({ items }: { items: ConversationItem[] }) => items.map(({ id }) => id)
const none = page([])

describe('takeNewest', () => {
  it('moves a refreshed conversation to the front and keeps the pages below with their cursor', () => {
    const shown = { items: [item('c', 30), item('b', 20), item('a', 10)], cursor: 'below a' }
    const now = takeNewest(shown, page([item('a', 40), item('c', 30)], 'below c'), none)
    expect(ids(now)).toEqual(['a', 'c', 'b'])
    expect(now.cursor).toBe('below a')
  })

  it('drops what was deleted elsewhere, on the first page and among the pinned', () => {
    const shown = {
      items: [item('p', 90, { pinned: true }), item('c', 30), item('b', 20), item('a', 10)],
      cursor: null,
    }
    expect(ids(takeNewest(shown, page([item('b', 20)], 'below b'), none))).toEqual(['b', 'a'])
    expect(ids(takeNewest(shown, page([item('b', 20)]), none))).toEqual(['b'])
  })

  it('begins anew where something may be missing between the first page and what is shown', () => {
    const shown = { items: [item('a', 10)], cursor: 'below a' }
    const now = takeNewest(shown, page([item('d', 40), item('c', 30)], 'below c'), none)
    expect(ids(now)).toEqual(['d', 'c'])
    expect(now.cursor).toBe('below c')
  })

  it('holds what is pinned, however old', () => {
    const pinned = item('p', 1, { pinned: true })
    const now = takeNewest(emptyList, page([item('b', 20)], 'below b'), page([pinned]))
    expect(ids(now)).toEqual(['b', 'p'])
    expect(ids(takeNewest(now, page([item('b', 20)], 'below b'), none))).toEqual(['b'])
  })
})

it('takeOlder repeats nothing', () => {
  const shown = { items: [item('b', 20)], cursor: 'below b' }
  expect(takeOlder(shown, page([item('b', 20), item('a', 10)]))).toEqual({
    items: [item('b', 20), item('a', 10)],
    cursor: null,
  })
})

it('takeItem puts a conversation where it belongs, and an archived one nowhere', () => {
  const shown = { items: [item('c', 30), item('a', 10)], cursor: null }
  expect(ids(takeItem(shown, item('b', 20)))).toEqual(['c', 'b', 'a'])
  expect(ids(takeItem(shown, item('a', 10, { archived: true })))).toEqual(['c'])
})
