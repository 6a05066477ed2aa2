import { describe, expect, it } from 'vitest'
import { readEventData } from '@/components/chat/read-event-data'

const bytes = new TextEncoder().encode(
  'event: x\nid: 1\ndata: {"a":"ü€🐟"}\n\n: a comment\r\n\r\ndata:one\r\ndata: two\r\n\r\ndata: three\r\rdata: never ended',
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

describe('readEventData', () => {
  it.each([1, 2, 3, 5, 7, 16, 1000])('reads the same events in pieces of %i bytes', async (size) => {
    const seen: string[] = []
    for await (const data of readEventData(inPieces(size))) seen.push(data)
    expect(seen).toEqual(['{"a":"ü€🐟"}', 'one\ntwo', 'three'])
  })

  it('closes the connection when the reader stops early', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const _ of readEventData(endless)) break
    expect(cancelled).toBe(true)
  })
})
