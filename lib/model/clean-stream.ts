/**
 * This file is longer than others because the functions that read events share the state of one stream.
 *
 * Reads the body of a provider's response and emits a stream that the SDK can parse: valid server-sent events with
 * objects that the dialect has repaired. A chunk that cannot be read is skipped and counted, so that it never ends an
 * answer. After the provider's finish reason, no error, cut connection or silence can fail the answer.
 */
import { createParser, type ParseError } from 'eventsource-parser'
import { isObject } from './is-object'
import { recordSkipped, type StreamNotes } from './model-chunk'

/** Reads the events of one provider. Sets `notes.hasEnded` when it reads a finish reason. */
export type StreamDialect = {
  /** Returns the event to emit, or null. `isFatal`: nothing after it is read. */
  read: (value: Readonly<Record<string, unknown>>, eventName: string | undefined) => CleanEvent | null
  /**
   * Returns the event that completes the stream at its end. Null if none is needed or the stream cannot be completed.
   */
  end: (wasAnnounced: boolean) => string | null
}

export type CleanEvent = { data: string; isFatal: boolean }

export type StreamLimits = {
  /** The maximum number of characters of one line, event or JSON body. The longest answer fits, even fully escaped. */
  maxEventLength: number
  /** After the finish reason, the stream is closed after this much time without output. The usage count comes then. */
  afterEndMs: number
  /** How long the body may stay open after `[DONE]`. A body that is read to its end leaves its connection reusable. */
  afterDoneMs: number
}

export const defaultStreamLimits: Readonly<StreamLimits> = Object.freeze({
  maxEventLength: 1 << 20,
  afterEndMs: 2_000,
  afterDoneMs: 250,
})

/** An event may be spread over several reads, but not over more than this many. */
const maxPieces = 32

/** Returns the clean stream of a response's body. `signal` is the signal of the request. */
export function cleanStream(
  source: ReadableStream<Uint8Array>,
  dialect: StreamDialect,
  notes: StreamNotes,
  signal: AbortSignal | null,
  limits: Readonly<StreamLimits> = defaultStreamLimits,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  const events = readEvents(dialect, notes, limits)
  const encoder = new TextEncoder()
  /** The time of the last relevant event: output, or the announcement of its end. */
  let quietSince = 0
  let wasDone = false

  /** Reads the next piece of the body after the answer has ended. Never rejects, and waits only within the limits. */
  const readLate = async (): Promise<ReadableStreamReadResult<Uint8Array>> => {
    const next = reader.read().catch(() => {
      recordSkipped(notes, 'after_end')
      return { done: true as const, value: undefined }
    })
    const limitMs = events.isDone() ? limits.afterDoneMs : limits.afterEndMs
    const rest = closesAfter(limitMs - (performance.now() - quietSince), signal)
    try {
      return await Promise.race([next, rest.closed])
    } finally {
      rest.clear()
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        for (;;) {
          const next = await (notes.hasEnded || events.isDone() ? readLate() : reader.read())
          const text = next.done ? events.end() : events.read(next.value)
          if (text !== '' || events.isDone() !== wasDone) quietSince = performance.now()
          wasDone = events.isDone()
          if (text !== '') controller.enqueue(encoder.encode(text))
          if (next.done || events.isFatal()) {
            void reader.cancel().catch(() => undefined)
            return controller.close()
          }
          if (text !== '') return
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/** Resolves as the end of a body after this many milliseconds, or when the signal aborts. */
function closesAfter(milliseconds: number, signal: AbortSignal | null) {
  let clear = () => {}
  const closed = new Promise<{ done: true; value: undefined }>((resolve) => {
    const close = () => resolve({ done: true, value: undefined })
    const timer = setTimeout(close, Math.max(0, milliseconds))
    signal?.addEventListener('abort', close, { once: true })
    if (signal?.aborted) close()
    clear = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', close)
    }
  })
  return { closed, clear }
}

/** Converts the bytes of a body to the text of clean events. */
function readEvents(dialect: StreamDialect, notes: StreamNotes, { maxEventLength }: Readonly<StreamLimits>) {
  const decoder = new TextDecoder()
  let clean = ''
  let isDone = false
  let isFatal = false
  /** Pieces of an incomplete event. */
  let pieces: string[] = []
  /** Lines of a JSON document that was sent instead of a stream. */
  let bare: string[] | null = null
  let bareLength = 0
  let isInLongLine = false

  const take = (value: unknown, eventName: string | undefined): void => {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (isFatal) return
      if (isObject(one)) takeObject(one, eventName)
      else recordSkipped(notes, 'not_an_object')
    }
  }

  const takeObject = (value: Readonly<Record<string, unknown>>, eventName: string | undefined): void => {
    try {
      const event = dialect.read(value, eventName)
      if (event) clean += `data: ${event.data}\n\n`
      isFatal = event?.isFatal ?? false
    } catch {
      // The object is nested too deeply for the stack.
      recordSkipped(notes, 'unreadable')
    }
  }

  const receive = (data: string, eventName: string | undefined): void => {
    const text = data.trim()
    if (text === '[DONE]') isDone = true
    else if (isDone && text !== '') recordSkipped(notes, 'after_end')
    // The parser limits only lines that arrive in several reads.
    else if (text.length > maxEventLength && !text.includes('\n')) recordSkipped(notes, 'too_long')
    else if (text !== '') receiveEvent(text, eventName)
  }

  const receiveEvent = (text: string, eventName: string | undefined): void => {
    const parsed = parse(text)
    if (parsed) {
      dropPieces()
      take(parsed.value, eventName)
      return
    }
    const lines = text.split('\n')
    if (pieces.length === 0 && lines.length > 1 && lines.some(isEvent)) {
      // Events without a blank line between them arrive as one event with several lines.
      for (const line of lines) receive(line, eventName)
    } else if (pieces.length > 0 || text.startsWith('{')) {
      pieces.push(text)
      const joined = text.endsWith('}') ? parse(pieces.join('\n')) : null
      if (joined) pieces = []
      if (joined) take(joined.value, eventName)
      if (pieces.length > maxPieces) dropPieces()
    } else recordSkipped(notes, 'not_json')
  }

  const dropPieces = () => {
    if (pieces.length > 0) recordSkipped(notes, 'not_json')
    pieces = []
  }

  /** Handles a line that is not a field of an event: part of a JSON document, JSON lines, or garbage. */
  const receiveLine = (line: string): void => {
    const text = line.trim()
    const parsed = bare === null && text.startsWith('{') ? parse(text) : null
    if (text === '[DONE]') isDone = true
    else if (isDone) recordSkipped(notes, 'after_end')
    else if (parsed) take(parsed.value, undefined)
    else if (bare === null && !/^[{[]/.test(text)) recordSkipped(notes, 'not_json')
    else {
      bare ??= []
      bareLength += line.length
      if (bareLength <= maxEventLength) bare.push(line)
      else bare.length = 0
    }
  }

  const takeBare = () => {
    if (bare === null) return
    const parsed = parse(bare.join('\n'))
    if (parsed) take(parsed.value, undefined)
    else recordSkipped(notes, bareLength > maxEventLength ? 'too_long' : 'not_json')
    bare = null
  }

  const onError = ({ type, line }: ParseError) => {
    if (type === 'unknown-field') receiveLine(line ?? '')
    if (type !== 'max-buffer-size-exceeded') return
    recordSkipped(notes, 'too_long')
    isInLongLine = true
  }
  const parser = createParser({
    onEvent: ({ data, event }) => receive(data, event),
    onError,
    maxBufferSize: maxEventLength,
  })

  const feed = (text: string): void => {
    let rest = text
    if (isInLongLine) {
      const lineEnd = rest.search(/[\r\n]/)
      if (lineEnd === -1) return
      rest = rest.slice(lineEnd)
      isInLongLine = false
      parser.reset()
    }
    if (rest === '') return
    parser.feed(rest)
    // The parser would buffer the events of a server that sends no blank lines until the end of the stream.
    const lastLine = rest.lastIndexOf('\n', rest.length - 2) + 1
    if (!isInLongLine && rest.endsWith('\n') && rest.startsWith('data:', lastLine)) parser.feed('\n')
  }

  const flush = (): string => {
    const text = clean
    clean = ''
    return text
  }

  return {
    /** Returns the clean events that these bytes complete. */
    read: (bytes: Uint8Array): string => {
      feed(decoder.decode(bytes, { stream: true }))
      return flush()
    },
    /** Returns the events that are complete at the end of the body. */
    end: (): string => {
      feed(decoder.decode())
      if (!isInLongLine) parser.feed('\n\n')
      dropPieces()
      takeBare()
      const last = isFatal ? null : dialect.end(isDone)
      if (last !== null) clean += `data: ${last}\n\n`
      return flush()
    },
    /** Whether the server has announced the end of its stream. */
    isDone: () => isDone,
    /** Whether the server has reported an error that ends the call. */
    isFatal: () => isFatal,
  }
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}

const isEvent = (line: string) => line === '[DONE]' || (line.startsWith('{') && line.endsWith('}'))
