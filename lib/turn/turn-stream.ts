import type { ChatChunk } from '@/lib/contract/ui-message'

export type TurnStream = {
  response: ReadableStream<Uint8Array>
  write: (chunk: ChatChunk) => void
  close: () => void
  /** Ends the connection without saying how the turn ended: the reader knows that there is more. */
  abandon: () => void
  /** False once the reader has left or the stream has ended. */
  isOpen: () => boolean
}

/**
 * The stream that a reader gets, as server-sent events. The turn writes and never waits: a slow reader has the rest
 * buffered (bounded by the longest answer), and one that leaves stops nothing, since what it would have read is
 * dropped from then on while the turn runs to its end.
 */
export function openTurnStream(): TurnStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  const response = new ReadableStream<Uint8Array>({
    start: (opened) => {
      controller = opened
    },
    cancel: () => {
      controller = null
    },
  })
  const send = (data: string) => controller?.enqueue(encoder.encode(`data: ${data}\n\n`))
  return {
    response,
    write: (chunk) => send(JSON.stringify(chunk)),
    isOpen: () => controller !== null,
    abandon: () => {
      controller?.close()
      controller = null
    },
    close: () => {
      send('[DONE]')
      controller?.close()
      controller = null
    },
  }
}

/** The headers of every turn: what `useChat` expects, and no proxy in between may hold the events back. */
export const turnStreamHeaders = Object.freeze({
  'content-type': 'text/event-stream',
  'cache-control': 'private, no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-vercel-ai-ui-message-stream': 'v1',
})
