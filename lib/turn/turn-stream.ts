export type TurnStream = {
  response: ReadableStream<Uint8Array>
  /** Hands over chunks, each as its JSON, and with it where a reader that breaks off can go on after it. */
  send: (events: readonly string[], ids?: readonly string[]) => void
  close: () => void
  /** Ends the connection without saying how the turn ended: the reader knows that there is more. */
  abandon: () => void
  /** Fires once the reader has left or the stream has ended. */
  closed: AbortSignal
}

/** Longer than the longest answer that is written at once, so that only a reader that lags behind can reach it. */
const maxUnreadBytes = 4 * 1024 * 1024

/**
 * The reader's stream of server-sent events. The turn writes without waiting: unread data of a slow reader is buffered.
 * A reader that lags behind by more than `maxUnreadBytes` is disconnected. If a reader leaves, its data is dropped
 * while the turn runs to its end.
 */
export function openTurnStream(): TurnStream {
  const encoder = new TextEncoder()
  const closed = new AbortController()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  const response = new ReadableStream<Uint8Array>(
    {
      start: (opened) => {
        controller = opened
      },
      cancel: () => {
        controller = null
        closed.abort()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxUnreadBytes }),
  )
  const send = (events: readonly string[], ids?: readonly string[]) => {
    if (controller === null || events.length === 0) return
    const text = events.map((event, index) => `${ids ? `id: ${ids[index]}\n` : ''}data: ${event}\n\n`).join('')
    controller.enqueue(encoder.encode(text))
    if ((controller.desiredSize ?? 0) >= 0) return
    // Drops the buffer. Next treats an AbortError as a client that has gone and logs nothing.
    controller.error(new DOMException('The reader lags too far behind.', 'AbortError'))
    controller = null
    closed.abort()
  }
  const end = () => {
    controller?.close()
    controller = null
    closed.abort()
  }
  return {
    response,
    send,
    closed: closed.signal,
    abandon: end,
    close: () => {
      send(['[DONE]'])
      end()
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
