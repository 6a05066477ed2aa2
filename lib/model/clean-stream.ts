/**
 * Reads the body of a provider's answer and hands on a stream that the SDK can parse: proper server-sent events, each
 * with an object that its dialect has repaired. A chunk that cannot be read is skipped and counted, so that an odd chunk never
 * ends an answer; after the provider's finish reason neither an error nor a cut connection nor silence can fail it.
 */
import { createParser, type ParseError } from 'eventsource-parser'
import { isObject } from './is-object'
import { noteSkipped, type StreamNotes } from './stream-notes'

/** Reads the events of one provider. It sets `notes.hasEnded` when it reads a finish reason. */
export type StreamDialect = {
  /** The event to hand on, or null. `isFatal`: nothing after it is read. */
  read: (value: Readonly<Record<string, unknown>>, eventName: string | undefined) => CleanEvent | null
  /** The event that completes the stream when no more will come; null if none is needed, or if nothing can complete it. */
  end: (wasAnnounced: boolean) => string | null
}

export type CleanEvent = { data: string; isFatal: boolean }

export type StreamLimits = {
  /** Characters of one line, event or JSON body. The longest answer, with every character escaped, fits. */
  maxEventLength: number
  /** After the finish reason: how long the stream may bring nothing before it is closed. The usage count comes then. */
  afterEndMs: number
  /** After `[DONE]`: how long the body may stay open. A body that is read to its end leaves its connection usable. */
  afterDoneMs: number
}

export const defaultStreamLimits: Readonly<StreamLimits> = Object.freeze({
  maxEventLength: 1 << 20,
  afterEndMs: 2_000,
  afterDoneMs: 250,
})

/** An event may be spread over several reads. More pieces than this are not one event. */
const maxPieces = 32

/** The clean stream of a response's body. `signal` is the one the request was made with. */
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
  /** When the stream last brought something that counts: output, or the announcement of its end. */
  let quietSince = 0
  let wasDone = false

  /** The next piece of the body when the answer is over: never rejects, and waits only as long as the limits allow. */
  const readLate = async (): Promise<ReadableStreamReadResult<Uint8Array>> => {
    const next = reader.read().catch(() => {
      noteSkipped(notes, 'after_end')
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

/** Settles as the end of a body after so many milliseconds, or at once when the signal aborts. */
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

/** Turns the bytes of a body into the text of clean events. */
function readEvents(dialect: StreamDialect, notes: StreamNotes, { maxEventLength }: Readonly<StreamLimits>) {
  const decoder = new TextDecoder()
  let clean = ''
  let isDone = false
  let isFatal = false
  /** Pieces of an event that is not complete yet. */
  let pieces: string[] = []
  /** Lines of a JSON document that came in place of a stream. */
  let bare: string[] | null = null
  let bareLength = 0
  let isInLongLine = false

  const take = (value: unknown, eventName: string | undefined): void => {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (isFatal) return
      if (isObject(one)) takeObject(one, eventName)
      else noteSkipped(notes, 'not_an_object')
    }
  }

  const takeObject = (value: Readonly<Record<string, unknown>>, eventName: string | undefined): void => {
    try {
      const event = dialect.read(value, eventName)
      if (event) clean += `data: ${event.data}\n\n`
      isFatal = event?.isFatal ?? false
    } catch {
      // An object that is nested too deep for the stack.
      noteSkipped(notes, 'unreadable')
    }
  }

  const receive = (data: string, eventName: string | undefined): void => {
    const text = data.trim()
    if (text === '[DONE]') isDone = true
    else if (isDone && text !== '') noteSkipped(notes, 'after_end')
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
    } else noteSkipped(notes, 'not_json')
  }

  const dropPieces = () => {
    if (pieces.length > 0) noteSkipped(notes, 'not_json')
    pieces = []
  }

  /** A line that is no field of an event: of a JSON document, of JSON lines, or garbage. */
  const receiveLine = (line: string): void => {
    const text = line.trim()
    const parsed = bare === null && text.startsWith('{') ? parse(text) : null
    if (text === '[DONE]') isDone = true
    else if (isDone) noteSkipped(notes, 'after_end')
    else if (parsed) take(parsed.value, undefined)
    else if (bare === null && !/^[{[]/.test(text)) noteSkipped(notes, 'not_json')
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
    else noteSkipped(notes, bareLength > maxEventLength ? 'too_long' : 'not_json')
    bare = null
  }

  const onError = ({ type, line }: ParseError) => {
    if (type === 'unknown-field') receiveLine(line ?? '')
    if (type !== 'max-buffer-size-exceeded') return
    noteSkipped(notes, 'too_long')
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
    // The parser would hold back the events of a server that sends no blank lines until the end of the stream.
    const lastLine = rest.lastIndexOf('\n', rest.length - 2) + 1
    if (!isInLongLine && rest.endsWith('\n') && rest.startsWith('data:', lastLine)) parser.feed('\n')
  }

  const flush = (): string => {
    const text = clean
    clean = ''
    return text
  }

  return {
    /** The clean events that are complete with these bytes. */
    read: (bytes: Uint8Array): string => {
      feed(decoder.decode(bytes, { stream: true }))
      return flush()
    },
    /** Those that are complete now that no more will come. */
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
