import type { Needs } from '@/lib/context'
import type { CacheNotice, ChatChunk, MessageStatus, TurnMetadata } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import { turnError } from '@/lib/http/error-response'
import { describeError } from '@/lib/log'

export type TurnStream = {
  response: ReadableStream<Uint8Array>
  /** Sends chunks, each as JSON, with optional SSE event ids from which a client can resume. */
  send: (events: readonly string[], ids?: readonly string[]) => void
  close: () => void
  /** Ends the connection without an end event, so the client knows that the answer continues. */
  abandon: () => void
  /** Fires when the client has disconnected or the stream has ended. */
  closed: AbortSignal
}

/** Larger than the longest answer that is sent at once, so only a client that reads too slowly can exceed it. */
const maxUnreadBytes = 4 * 1024 * 1024

/**
 * Opens the client's stream of server-sent events. The turn writes without waiting for backpressure: unread data of a
 * slow client is buffered, and a client that lags by more than `maxUnreadBytes` is disconnected. If a client
 * disconnects, its data is dropped while the turn continues to its end.
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
    // Drops the buffer. Next treats an AbortError as a disconnected client and logs nothing.
    controller.error(new DOMException('The client lags too far behind.', 'AbortError'))
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

/** Headers of every turn: those that `useChat` expects, and those that keep proxies from buffering the events. */
export const turnStreamHeaders = Object.freeze({
  'content-type': 'text/event-stream',
  'cache-control': 'private, no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-vercel-ai-ui-message-stream': 'v1',
})

/** Returns the `Cache-Status` header (RFC 9211), which must agree with the `data-cache` part. */
export function cacheStatusHeader(notice: CacheNotice): string {
  switch (notice.status) {
    case 'bypass':
      return 'goldfish; fwd=bypass'
    case 'miss':
      return notice.collapsed ? 'goldfish; fwd=miss; collapsed' : 'goldfish; fwd=miss'
    case 'hit': {
      const similarity = notice.similarity === null ? '' : ` similarity=${notice.similarity.toFixed(3)};`
      return `goldfish; hit; detail="${notice.layer};${similarity} age=${notice.ageSeconds}"`
    }
  }
}

/** The outcome of a turn when its stream ends. */
type TurnEnding = { status: MessageStatus; errorCode: ErrorCode | null; metadata: Omit<TurnMetadata, 'status'> }

/**
 * Returns the last chunks of a stream. The SDK supports three endings (finished, aborted, failed); each carries the
 * metadata.
 */
export function endingChunks({ status, errorCode, metadata: known }: TurnEnding): ChatChunk[] {
  const metadata: TurnMetadata = { status, ...known }
  switch (status) {
    case 'complete':
      return [{ type: 'finish', finishReason: 'stop', messageMetadata: metadata }]
    case 'truncated':
      return [{ type: 'finish', finishReason: 'length', messageMetadata: metadata }]
    case 'stopped':
      return [{ type: 'message-metadata', messageMetadata: metadata }, { type: 'abort' }]
    case 'failed':
    case 'interrupted':
    case 'streaming': {
      const error = turnError(errorCode ?? 'provider_cut')
      return [
        { type: 'message-metadata', messageMetadata: metadata },
        { type: 'data-error', data: error },
        { type: 'error', errorText: error.message },
      ]
    }
  }
}

/** Should be below one second, because a call must end within a second of its sign-out. */
const requestCheckEveryMs = 750

/**
 * Ends the stream and aborts `signedOut` soon after the session or key of the request has been revoked, for example
 * with its account. Use it for answers that are not stored and therefore belong to the request. Call `end` when the
 * answer has ended.
 */
export function watchSignIn(
  { isSignedIn, log }: Needs<'isSignedIn' | 'log'>,
  stream: TurnStream,
): { signedOut: AbortSignal; end: () => void } {
  const signedOut = new AbortController()
  const check = async () => {
    try {
      if (await isSignedIn()) return
      signedOut.abort()
      stream.abandon()
    } catch (error) {
      log.info('session check failed', { error: describeError(error) })
    }
  }
  const timer = setInterval(check, requestCheckEveryMs)
  return { signedOut: signedOut.signal, end: () => clearInterval(timer) }
}

/** Long enough that most answers end before the first check, which therefore costs nothing. */
const turnCheckEveryMs = 3_000

/**
 * Ends the client's stream soon after its session has ended: signed out, revoked, or deleted with the account. The
 * turn continues, because it belongs to the user and not to the session. If a check fails, the stream stays open.
 */
export function endOnSignOut({ isSignedIn, log }: Needs<'isSignedIn' | 'log'>, stream: TurnStream): void {
  const check = async () => {
    try {
      if (!(await isSignedIn())) stream.abandon()
    } catch (error) {
      log.info('session check failed', { error: describeError(error) })
    }
    if (!stream.closed.aborted) schedule()
  }
  const schedule = () => {
    const timer = setTimeout(check, turnCheckEveryMs)
    stream.closed.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  schedule()
}
