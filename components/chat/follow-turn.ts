import { type Failure, networkFailure, readFailure } from '@/components/api/failure'
import { type Answer, type AnswerEnd, buildAnswer } from '@/components/chat/build-answer'
import type { ChatChunk } from '@/lib/contract/ui-message'

/** The way in which a turn ended for this page. */
export type TurnEnd =
  | { kind: AnswerEnd; answer: Answer }
  /** The server rejected the turn and has stored nothing, as far as the page can know. */
  | { kind: 'refused'; failure: Failure }
  /**
   * The turn was accepted, but the connection broke and could not be restored. The answer continues on the
   * server.
   */
  | { kind: 'lost'; failure: Failure }
  /** No turn is running. Only a request to resume can return this. */
  | { kind: 'idle' }
  /** The page was left. The turn continues on the server. */
  | { kind: 'left' }

type TurnWatcher = {
  /** Called when the server has stored the turn, so that the draft can be deleted. */
  onOpened: (response: Response) => void
  /** Called when the connection to a running answer broke, before a reconnect. */
  onBroken: () => void
  onAnswer: (answer: Answer) => void
}

/** Delays before reconnecting to a broken stream. The sequence restarts whenever new events have arrived. */
const retryDelaysMs = [400, 1500, 4000, 8000, 15_000]

/**
 * Sends a turn and reads its answer to the end. `open` is called again when the connection breaks: sending the
 * same turn id again attaches to the running answer or replays the stored one, so the model is never called
 * twice. `open` receives the id of the last event. An answer that begins with a `start` chunk starts over; any
 * other continues after that event.
 */
export async function followTurn(
  open: (signal: AbortSignal, lastEventId: string | null) => Promise<Response>,
  watcher: TurnWatcher,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const progress: AnswerProgress = { builder: buildAnswer(), lastEventId: null, events: 0, maxEvents: 0 }
  let opened = false
  for (let attempt = 0; ; attempt += 1) {
    if (attempt > 0) await waitToRetry(retryDelaysMs[attempt - 1] ?? 0, signal)
    if (signal.aborted) return { kind: 'left' }
    let failure: Failure = networkFailure
    const line = openConnection(signal, () => opened && watcher.onBroken())
    try {
      const response = await open(line.signal, progress.lastEventId)
      if (response.status === 204) return { kind: 'idle' }
      if (!response.ok || response.body === null) {
        failure = await readFailure(response)
        // A client error, for example after signing out, would repeat on each retry.
        if (opened && response.status < 500 && response.status !== 429) return { kind: 'lost', failure }
      } else {
        if (!opened) watcher.onOpened(response)
        opened = true
        const end = await readAnswer(response.body, progress, watcher)
        if (end !== null) return end
      }
    } catch {
      // A broken connection is expected. The loop reconnects.
    } finally {
      line.close()
    }
    if (signal.aborted) return { kind: 'left' }
    // Nothing was accepted, so the message is restored to the composer and the user decides whether to send it
    // again.
    if (!opened) return { kind: 'refused', failure }
    if (progress.events > progress.maxEvents) attempt = 0
    if (attempt >= retryDelaysMs.length) return { kind: 'lost', failure }
    progress.maxEvents = Math.max(progress.maxEvents, progress.events)
    watcher.onBroken()
  }
}

/** The state of the answer across all connections. */
type AnswerProgress = {
  builder: ReturnType<typeof buildAnswer>
  lastEventId: string | null
  /** The number of events received, and the largest number before an earlier break. */
  events: number
  maxEvents: number
}

/**
 * Opens one connection. It is aborted when the network returns after an outage, because it could otherwise hang
 * forever.
 */
function openConnection(signal: AbortSignal, onOffline: () => void) {
  const controller = new AbortController()
  const abort = () => controller.abort()
  signal.addEventListener('abort', abort, { once: true })
  let wasOffline = false
  const stop = watchNetwork({
    onOffline: () => {
      wasOffline = true
      onOffline()
    },
    onOnline: () => wasOffline && abort(),
  })
  const close = () => {
    stop()
    signal.removeEventListener('abort', abort)
  }
  return { signal: controller.signal, close }
}

async function readAnswer(
  body: ReadableStream<Uint8Array>,
  progress: AnswerProgress,
  watcher: TurnWatcher,
): Promise<TurnEnd | null> {
  for await (const { data, id } of readEvents(body)) {
    if (data === '[DONE]') break
    const chunk: unknown = JSON.parse(data)
    if (!isChunk(chunk)) continue
    if (chunk.type === 'start') {
      progress.builder = buildAnswer()
      progress.events = 0
    }
    progress.events += 1
    progress.builder.apply(chunk)
    progress.lastEventId = id ?? progress.lastEventId
    watcher.onAnswer(progress.builder.answer())
  }
  const answer = progress.builder.answer()
  return answer.end === null ? null : { kind: answer.end, answer }
}

/** Checks only the outer shape, because the stream comes from our own server. Unknown types are ignored later. */
const isChunk = (value: unknown): value is ChatChunk =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Resolves after `ms`, or earlier when the page is left or the network returns. */
const waitToRetry = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      stop()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const stop = watchNetwork({ onOnline: finish })
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })

/** `id` is the last event id of the stream so far, as in `Last-Event-ID`, or null if there was none. */
type StreamEvent = { data: string; id: string | null }

/**
 * Yields the events of a `text/event-stream` body as they arrive. The UI message stream uses no event names and
 * no `retry`, so both are ignored.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader()
  // The decoder buffers an incomplete character at the end of a chunk, and `rest` buffers an incomplete line.
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  let id: string | null = null
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      // A CR at the end may be the first half of CRLF, so its line must wait for the next chunk.
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(valueAfterColon(line))
        else if (line.startsWith('id:')) id = valueAfterColon(line)
        else if (line === '' && data.length > 0) {
          yield { data: data.join('\n'), id }
          data = []
        }
      }
    }
  } finally {
    // Also runs if the caller stops early. Only this connection ends; the turn continues on the server.
    await reader.cancel().catch(() => undefined)
  }
}

/** Returns the value after the colon without one leading space. */
const valueAfterColon = (line: string) => line.slice(line.indexOf(':') + 1).replace(/^ /, '')

type NetworkWatcher = { onOffline?: () => void; onOnline: () => void }

/** Reports when the device goes offline and online. A broken connection itself may not fail for minutes. */
function watchNetwork({ onOffline = () => undefined, onOnline }: NetworkWatcher): () => void {
  if (typeof window === 'undefined') return () => undefined
  window.addEventListener('offline', onOffline)
  window.addEventListener('online', onOnline)
  return () => {
    window.removeEventListener('offline', onOffline)
    window.removeEventListener('online', onOnline)
  }
}
