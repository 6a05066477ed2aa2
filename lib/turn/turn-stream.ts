import type { Needs } from '@/lib/context'
import type { CacheNotice, ChatChunk, MessageStatus, TurnMetadata } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import { turnError } from '@/lib/http/error-response'
import { describeError } from '@/lib/log'

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

/** The `Cache-Status` header (RFC 9211) that says the same as the `data-cache` part. */
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

/** How a turn stands when its stream ends. */
type TurnEnding = { status: MessageStatus; errorCode: ErrorCode | null; metadata: Omit<TurnMetadata, 'status'> }

/** The last chunks of a stream. The SDK knows three ends: finished, aborted, failed; each carries what we know. */
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

/** A call without a session should end within a second. */
const lookOftenMs = 750

/**
 * Ends a reader's stream and aborts `signedOut` soon after the session or key of a request is gone, e.g. with its
 * account. For answers that are not stored and therefore belong to the request. Call `end` when the answer is over.
 */
export function watchSignIn(
  { isSignedIn, log }: Needs<'isSignedIn' | 'log'>,
  stream: TurnStream,
): { signedOut: AbortSignal; end: () => void } {
  const signedOut = new AbortController()
  const look = async () => {
    try {
      if (await isSignedIn()) return
      signedOut.abort()
      stream.abandon()
    } catch (error) {
      log.info('session not looked at', { error: describeError(error) })
    }
  }
  const timer = setInterval(look, lookOftenMs)
  return { signedOut: signedOut.signal, end: () => clearInterval(timer) }
}

/** Most answers are over before the first look, and cost none. */
const lookEveryMs = 3_000

/**
 * Ends a reader's stream soon after the session it came with is gone: signed out, revoked, its account deleted. The turn
 * runs on; it belongs to the user and not to the session. A look that fails says nothing about the session.
 */
export function endOnSignOut({ isSignedIn, log }: Needs<'isSignedIn' | 'log'>, stream: TurnStream): void {
  const look = async () => {
    try {
      if (!(await isSignedIn())) stream.abandon()
    } catch (error) {
      log.info('session not looked at', { error: describeError(error) })
    }
    if (!stream.closed.aborted) schedule()
  }
  const schedule = () => {
    const timer = setTimeout(look, lookEveryMs)
    stream.closed.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  schedule()
}
