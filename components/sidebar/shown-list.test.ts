import { describe, expect, it } from 'vitest'
import { appendOlder, emptyList, mergeNewest, upsertItem } from '@/components/sidebar/shown-list'
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

describe('mergeNewest', () => {
  it('moves a refreshed conversation to the front and keeps older pages with their cursor', () => {
    const shown = { items: [item('c', 30), item('b', 20), item('a', 10)], cursor: 'below a' }
    const now = mergeNewest(shown, page([item('a', 40), item('c', 30)], 'below c'), none)
    expect(ids(now)).toEqual(['a', 'c', 'b'])
    expect(now.cursor).toBe('below a')
  })

  it('removes conversations that were deleted elsewhere, on the first page and among the pinned ones', () => {
    const shown = {
      items: [item('p', 90, { pinned: true }), item('c', 30), item('b', 20), item('a', 10)],
      cursor: null,
    }
    expect(ids(mergeNewest(shown, page([item('b', 20)], 'below b'), none))).toEqual(['b', 'a'])
    expect(ids(mergeNewest(shown, page([item('b', 20)]), none))).toEqual(['b'])
  })

  it('starts over if conversations may be missing between the first page and the shown ones', () => {
    const shown = { items: [item('a', 10)], cursor: 'below a' }
    const now = mergeNewest(shown, page([item('d', 40), item('c', 30)], 'below c'), none)
    expect(ids(now)).toEqual(['d', 'c'])
    expect(now.cursor).toBe('below c')
  })

  it('keeps pinned conversations, however old they are', () => {
    const pinned = item('p', 1, { pinned: true })
    const now = mergeNewest(emptyList, page([item('b', 20)], 'below b'), page([pinned]))
    expect(ids(now)).toEqual(['b', 'p'])
    expect(ids(mergeNewest(now, page([item('b', 20)], 'below b'), none))).toEqual(['b'])
  })
})

it('appendOlder adds no conversation twice', () => {
  const shown = { items: [item('b', 20)], cursor: 'below b' }
  expect(appendOlder(shown, page([item('b', 20), item('a', 10)]))).toEqual({
    items: [item('b', 20), item('a', 10)],
    cursor: null,
  })
})

it('upsertItem inserts a conversation at its position and removes an archived one', () => {
  const shown = { items: [item('c', 30), item('a', 10)], cursor: null }
  expect(ids(upsertItem(shown, item('b', 20)))).toEqual(['c', 'b', 'a'])
  expect(ids(upsertItem(shown, item('a', 10, { archived: true })))).toEqual(['c'])
})
