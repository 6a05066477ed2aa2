import { describe, expect, it } from 'vitest'
import { readEvents } from '@/components/chat/follow-turn'

const bytes = new TextEncoder().encode(
  'event: x\ndata: {"a":"ü€🐟"}\n\n: a comment\r\n\r\nid: 1:a\r\ndata:one\r\ndata: two\r\n\r\ndata: three\r\rdata: never ended',
)

function inPieces(size: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}

describe('readEvents', () => {
  it.each([1, 2, 3, 5, 7, 16, 1000])('reads the same events from chunks of %i bytes', async (size) => {
    const events: unknown[] = []
    for await (const event of readEvents(inPieces(size))) events.push(event)
    expect(events).toEqual([
      { data: '{"a":"ü€🐟"}', id: null },
      { data: 'one\ntwo', id: '1:a' },
      { data: 'three', id: '1:a' },
    ])
  })

  it('cancels the body when the caller stops early', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const _ of readEvents(endless)) break
    expect(cancelled).toBe(true)
  })
})
