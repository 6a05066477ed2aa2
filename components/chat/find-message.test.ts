import { describe, expect, it } from 'vitest'
import { findMessage, findRecent, maxDistance, type PageStart, type ReadMessages } from '@/components/chat/find-message'
import type { MessageItem } from '@/lib/contract/api'

type Stored = { id: string; parentId: string | null; seq: number }

/** A fake server with a conversation whose active branch ends in the last message. It records the requests. */
function fakeServer(stored: readonly Stored[]) {
  const requested: PageStart[] = []
  const read: ReadMessages = async (from) => {
    requested.push(from)
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
  return { read, requested }
}

const linearBranch = (count: number): Stored[] =>
  Array.from({ length: count }, (_, at) => ({ id: `m${at}`, parentId: at === 0 ? null : `m${at - 1}`, seq: at + 1 }))

const find = async (stored: readonly Stored[], id: string) => {
  const { read, requested } = fakeServer(stored)
  const result = await findMessage(read, id)
  if (!result.ok) throw new Error(result.failure.code)
  const { place, items } = result.value
  return { place, first: items[0]?.id, last: items.at(-1)?.id, requests: requested.length, cursor: result.value.cursor }
}

describe('findRecent', () => {
  const findLater = async (id: string) => {
    const { read, requested } = fakeServer(linearBranch(200))
    const result = await findRecent(read, id)
    if (!result.ok) throw new Error(result.failure.code)
    return { place: result.value.place, last: result.value.items.at(-1)?.id, requests: requested.length }
  }

  it('needs one request for a message on the newest page', async () => {
    expect(await findLater('m190')).toEqual({ place: 'newest', last: 'm170', requests: 1 })
  })

  it('finds a message on an older page', async () => {
    expect(await findLater('m20')).toMatchObject({ place: 'newest', last: 'm0' })
  })
})

describe('findMessage', () => {
  it('finds a message on the newest page', async () => {
    expect(await find(linearBranch(50), 'm40')).toMatchObject({
      place: 'newest',
      first: 'm49',
      last: 'm20',
      requests: 2,
    })
  })

  it('loads pages back to the message and no further', async () => {
    expect(await find(linearBranch(500), 'm250')).toMatchObject({
      place: 'newest',
      first: 'm499',
      last: 'm170',
      requests: 5,
    })
  })

  it('does not load the messages after one that is too far back', async () => {
    const far = await find(linearBranch(maxDistance + 200), 'm100')
    expect(far).toEqual({ place: 'earlier', first: 'm100', last: 'm71', requests: 2, cursor: 'm70' })
  })

  it('shows a message of another branch with its own branch', async () => {
    const other = { id: 'x', parentId: 'm10', seq: 100 }
    const stored = [...linearBranch(60), other].toSorted((a, b) => (a.id === 'm59' ? 1 : b.id === 'm59' ? -1 : 0))
    expect(await find(stored, 'x')).toMatchObject({ place: 'earlier', first: 'x', requests: 2 })
  })

  it('stops loading where the message must have been if it were on the active branch', async () => {
    const stored = linearBranch(400).map((message) =>
      message.seq > 200 ? { ...message, seq: message.seq + 1 } : message,
    )
    const other = { id: 'x', parentId: 'm10', seq: 201 }
    expect(await find([other, ...stored], 'x')).toMatchObject({ place: 'earlier', first: 'x', requests: 4 })
  })

  it('returns the newest page for an unknown message', async () => {
    expect(await find(linearBranch(50), 'gone')).toMatchObject({ place: 'unknown', first: 'm49', requests: 2 })
  })

  it('returns the failure if the server cannot be reached', async () => {
    const failure = { code: 'network', message: 'No.' } as const
    expect(await findMessage(async () => ({ ok: false, failure }), 'm1')).toEqual({ ok: false, failure })
  })
})
