import { type Failure, networkFailure, readFailure } from '@/components/api/failure'
import { type Answer, type AnswerChunk, type AnswerEnd, buildAnswer } from '@/components/chat/build-answer'
import { readEvents } from '@/components/chat/read-events'

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

export type TurnWatcher = {
  /** The server has the turn safe: the text may leave the draft. */
  onOpened: () => void
  onAnswer: (answer: Answer) => void
}

/** Waits before asking again for a stream that broke off. Together shorter than a person's patience. */
const retryDelaysMs = [400, 1500, 4000]

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
  const reading: Reading = { builder: buildAnswer(), lastEventId: null }
  let opened = false
  let failure: Failure = networkFailure
  for (const delayMs of [0, ...retryDelaysMs]) {
    if (delayMs > 0) await sleep(delayMs, signal)
    if (signal.aborted) return { kind: 'left' }
    try {
      const response = await open(signal, reading.lastEventId)
      if (response.status === 204) return { kind: 'idle' }
      if (!response.ok || response.body === null) failure = await readFailure(response)
      else {
        if (!opened) watcher.onOpened()
        opened = true
        const end = await readAnswer(response.body, reading, watcher)
        if (end !== null) return end
        failure = networkFailure
      }
    } catch {
      failure = networkFailure
    }
    // Before anything was accepted the person decides whether to send again: the text is back in the box.
    if (!opened) return signal.aborted ? { kind: 'left' } : { kind: 'refused', failure }
  }
  return signal.aborted ? { kind: 'left' } : { kind: 'lost', failure }
}

/** What has arrived so far, over all connections. */
type Reading = { builder: ReturnType<typeof buildAnswer>; lastEventId: string | null }

async function readAnswer(
  body: ReadableStream<Uint8Array>,
  reading: Reading,
  watcher: TurnWatcher,
): Promise<TurnEnd | null> {
  for await (const { data, id } of readEvents(body)) {
    if (data === '[DONE]') break
    const chunk: unknown = JSON.parse(data)
    if (!isChunk(chunk)) continue
    if (chunk.type === 'start') reading.builder = buildAnswer()
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

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
