import { describe, expect, it } from 'vitest'
import { findMessage, findRecent, type PageStart, type ReadMessages, reach } from '@/components/chat/find-message'
import type { MessageItem } from '@/lib/contract/api'

type Stored = { id: string; parentId: string | null; seq: number }

/** A server with these messages, whose active branch ends in the last of them, and what was asked of it. */
function serverOf(stored: readonly Stored[]) {
  const asked: PageStart[] = []
  const read: ReadMessages = async (from) => {
    asked.push(from)
    const branch: Stored[] = []
    let next: string | null = from.cursor ?? from.leaf ?? stored.at(-1)?.id ?? null
    while (next !== null && branch.length <= from.limit) {
      const message: Stored | undefined = stored.find(({ id }) => id === next)
      if (message === undefined) return { ok: false, failure: { code: 'not_found', message: 'No.' } }
      branch.push(message)
      next = message.parentId
    }
    const items = branch.slice(0, from.limit) as unknown as MessageItem[]
    return { ok: true, value: { items, nextCursor: branch[from.limit]?.id ?? null } }
  }
  return { read, asked }
}

const line = (count: number): Stored[] =>
  Array.from({ length: count }, (_, at) => ({ id: `m${at}`, parentId: at === 0 ? null : `m${at - 1}`, seq: at + 1 }))

const find = async (stored: readonly Stored[], id: string) => {
  const { read, asked } = serverOf(stored)
  const result = await findMessage(read, id)
  if (!result.ok) throw new Error(result.failure.code)
  const { place, items } = result.value
  return { place, first: items[0]?.id, last: items.at(-1)?.id, requests: asked.length, cursor: result.value.cursor }
}

describe('findRecent', () => {
  const findLater = async (id: string) => {
    const { read, asked } = serverOf(line(200))
    const result = await findRecent(read, id)
    if (!result.ok) throw new Error(result.failure.code)
    return { place: result.value.place, last: result.value.items.at(-1)?.id, requests: asked.length }
  }

  it('takes one request for what the newest page has', async () => {
    expect(await findLater('m190')).toEqual({ place: 'newest', last: 'm170', requests: 1 })
  })

  it('finds what is further back, too', async () => {
    expect(await findLater('m20')).toMatchObject({ place: 'newest', last: 'm0' })
  })
})

describe('findMessage', () => {
  it('finds what the newest page has', async () => {
    expect(await find(line(50), 'm40')).toMatchObject({ place: 'newest', first: 'm49', last: 'm20', requests: 2 })
  })

  it('goes back to a message, and no further', async () => {
    expect(await find(line(500), 'm250')).toMatchObject({ place: 'newest', first: 'm499', last: 'm170', requests: 5 })
  })

  it('does not load thousands of messages to get to one', async () => {
    const far = await find(line(reach + 200), 'm100')
    expect(far).toEqual({ place: 'earlier', first: 'm100', last: 'm71', requests: 2, cursor: 'm70' })
  })

  it('shows another branch as it is', async () => {
    const other = { id: 'x', parentId: 'm10', seq: 100 }
    const stored = [...line(60), other].toSorted((a, b) => (a.id === 'm59' ? 1 : b.id === 'm59' ? -1 : 0))
    expect(await find(stored, 'x')).toMatchObject({ place: 'earlier', first: 'x', requests: 2 })
  })

  it('stops where a message of another branch would have been', async () => {
    const stored = line(400).map((message) => (message.seq > 200 ? { ...message, seq: message.seq + 1 } : message))
    const other = { id: 'x', parentId: 'm10', seq: 201 }
    expect(await find([other, ...stored], 'x')).toMatchObject({ place: 'earlier', first: 'x', requests: 4 })
  })

  it('says that a message is unknown, with the newest page', async () => {
    expect(await find(line(50), 'gone')).toMatchObject({ place: 'unknown', first: 'm49', requests: 2 })
  })

  it('passes on that the server cannot be reached', async () => {
    const failure = { code: 'network', message: 'No.' } as const
    expect(await findMessage(async () => ({ ok: false, failure }), 'm1')).toEqual({ ok: false, failure })
  })
})
