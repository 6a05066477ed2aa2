import { type Failure, networkFailure, readFailure } from '@/components/api/failure'
import { type Answer, type AnswerChunk, type AnswerEnd, buildAnswer } from '@/components/chat/build-answer'

/** How a turn ended for this page. */
export type TurnEnd =
  | { kind: AnswerEnd; answer: Answer }
  /** The server did not take the turn; nothing was written there, as far as we know. */
  | { kind: 'refused'; failure: Failure }
  /** It was taken, but the connection is gone and could not be had again. The answer goes on at the server. */
  | { kind: 'lost'; failure: Failure }
  /** Nothing is running (only when asked to resume). */
  | { kind: 'idle' }
  /** We left; the turn goes on. */
  | { kind: 'left' }

type TurnWatcher = {
  /** The server has the turn safe: the text may leave the draft. */
  onOpened: (response: Response) => void
  /** The connection to an answer that runs is gone; another one is being asked for. */
  onBroken: () => void
  onAnswer: (answer: Answer) => void
}

/** Waits before asking again for a stream that broke off, each time that nothing new has come since the last. */
const retryDelaysMs = [400, 1500, 4000, 8000, 15_000]

/**
 * Sends a turn and reads its answer to the end. `open` is asked again when the connection breaks: sending the same turn
 * id again attaches to the running answer or replays the stored one, so nothing is asked twice. It is told the id of the
 * last event that arrived; an answer that begins with a `start` begins anew, any other goes on after that event.
 */
export async function followTurn(
  open: (signal: AbortSignal, lastEventId: string | null) => Promise<Response>,
  watcher: TurnWatcher,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const reading: Reading = { builder: buildAnswer(), lastEventId: null, events: 0, most: 0 }
  let opened = false
  for (let attempt = 0; ; attempt += 1) {
    if (attempt > 0) await waitBefore(retryDelaysMs[attempt - 1] ?? 0, signal)
    if (signal.aborted) return { kind: 'left' }
    let failure: Failure = networkFailure
    const line = openLine(signal, () => opened && watcher.onBroken())
    try {
      const response = await open(line.signal, reading.lastEventId)
      if (response.status === 204) return { kind: 'idle' }
      if (!response.ok || response.body === null) {
        failure = await readFailure(response)
        // Signed out, deleted: asking once more would be told the same.
        if (opened && response.status < 500 && response.status !== 429) return { kind: 'lost', failure }
      } else {
        if (!opened) watcher.onOpened(response)
        opened = true
        const end = await readAnswer(response.body, reading, watcher)
        if (end !== null) return end
      }
    } catch {
      // A connection that breaks is the case that this loop is for.
    } finally {
      line.close()
    }
    if (signal.aborted) return { kind: 'left' }
    // Before anything was accepted the person decides whether to send again: the text is back in the box.
    if (!opened) return { kind: 'refused', failure }
    if (reading.events > reading.most) attempt = 0
    if (attempt >= retryDelaysMs.length) return { kind: 'lost', failure }
    reading.most = Math.max(reading.most, reading.events)
    watcher.onBroken()
  }
}

/** What has arrived so far, over all connections. */
type Reading = {
  builder: ReturnType<typeof buildAnswer>
  lastEventId: string | null
  /** Events of the answer that this page has had, and the most of them before the last break. */
  events: number
  most: number
}

/** One connection. It is given up, for another to be had, when the network was away: it may hang without an end. */
function openLine(signal: AbortSignal, onOffline: () => void) {
  const controller = new AbortController()
  const leave = () => controller.abort()
  signal.addEventListener('abort', leave, { once: true })
  let wasAway = false
  const stop = watchNetwork({
    onOffline: () => {
      wasAway = true
      onOffline()
    },
    onOnline: () => wasAway && leave(),
  })
  const close = () => {
    stop()
    signal.removeEventListener('abort', leave)
  }
  return { signal: controller.signal, close }
}

async function readAnswer(
  body: ReadableStream<Uint8Array>,
  reading: Reading,
  watcher: TurnWatcher,
): Promise<TurnEnd | null> {
  for await (const { data, id } of readEvents(body)) {
    if (data === '[DONE]') break
    const chunk: unknown = JSON.parse(data)
    if (!isChunk(chunk)) continue
    if (chunk.type === 'start') {
      reading.builder = buildAnswer()
      reading.events = 0
    }
    reading.events += 1
    reading.builder.apply(chunk)
    reading.lastEventId = id ?? reading.lastEventId
    watcher.onAnswer(reading.builder.answer())
  }
  const answer = reading.builder.answer()
  return answer.end === null ? null : { kind: answer.end, answer }
}

/** The stream is our own server's; only its outer form is looked at, unknown types are passed over later. */
const isChunk = (value: unknown): value is AnswerChunk =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Over early when we leave, and when the network is back. */
const waitBefore = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const over = () => {
      clearTimeout(timer)
      stop()
      signal.removeEventListener('abort', over)
      resolve()
    }
    const stop = watchNetwork({ onOnline: over })
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
  })

/** `id`: the newest that the stream has named, where to go on after this event; null before there is one. */
type StreamEvent = { data: string; id: string | null }

/**
 * The events of a `text/event-stream` body, as they arrive.
 * Only what the UI message stream uses: event names and retry are passed over.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader()
  // The decoder keeps the half of a character that a chunk boundary cut, `rest` the half of a line.
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  let id: string | null = null
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      // A lone CR at the end may be the first half of CRLF: it waits for the next chunk with its line.
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
    // Also when the caller stops early. The turn goes on at the server; only this connection ends.
    await reader.cancel().catch(() => undefined)
  }
}

/** What stands behind the colon, and one space. */
const valueAfterColon = (line: string) => line.slice(line.indexOf(':') + 1).replace(/^ /, '')

type NetworkWatcher = { onOffline?: () => void; onOnline: () => void }

/** Tells when the device loses its network and has one again. A broken connection itself may not notice for minutes. */
function watchNetwork({ onOffline = () => undefined, onOnline }: NetworkWatcher): () => void {
  if (typeof window === 'undefined') return () => undefined
  window.addEventListener('offline', onOffline)
  window.addEventListener('online', onOnline)
  return () => {
    window.removeEventListener('offline', onOffline)
    window.removeEventListener('online', onOnline)
  }
}
