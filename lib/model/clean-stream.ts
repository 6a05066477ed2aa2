/**
 * This file is longer than others because the methods that read events share the state of one stream.
 *
 * Reads the body of a provider's response and emits a stream that the SDK can parse: valid server-sent events with
 * objects that the dialect has repaired. A chunk that cannot be read is skipped and counted, so that it never ends an
 * answer. After the provider's finish reason, no error, cut connection or silence can fail the answer.
 */
import { createParser, type EventSourceParser, type ParseError } from 'eventsource-parser'
import { isObject } from './is-object'
import { recordSkipped, type StreamNotes } from './stream-notes'

/** Reads the events of one provider. Sets `notes.hasEnded` when it reads a finish reason. */
export type StreamDialect = {
  /** Returns the event to emit, or null. `isFatal`: nothing after it is read. */
  read: (value: Readonly<Record<string, unknown>>, eventName: string | undefined) => CleanEvent | null
  /**
   * Returns the event that completes the stream at its end. Null if none is needed or the stream cannot be completed.
   */
  end: (wasAnnounced: boolean) => string | null
}

type CleanEvent = { data: string; isFatal: boolean }

type StreamLimits = {
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

/** A JSON object may be spread over several events, but not over more than this many. */
const maxPieces = 32

/** Returns the clean stream of a response's body. `signal` must be the signal of the request. */
export function cleanStream(
  source: ReadableStream<Uint8Array>,
  dialect: StreamDialect,
  notes: StreamNotes,
  signal: AbortSignal | null,
  limits: Readonly<StreamLimits> = defaultStreamLimits,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  const events = new EventReader(dialect, notes, limits)
  const encoder = new TextEncoder()
  /** The time of the last output, or of the announcement of the end. */
  let quietSince = 0
  let wasDone = false

  /** Reads the next piece of the body after the answer has ended. Never rejects, and waits only within the limits. */
  const readLate = async (): Promise<ReadableStreamReadResult<Uint8Array>> => {
    const next = reader.read().catch(() => {
      recordSkipped(notes, 'after_end')
      return { done: true as const, value: undefined }
    })
    const limitMs = events.isDone ? limits.afterDoneMs : limits.afterEndMs
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
          const next = await (notes.hasEnded || events.isDone ? readLate() : reader.read())
          const text = next.done ? events.end() : events.read(next.value)
          if (text !== '' || events.isDone !== wasDone) quietSince = performance.now()
          wasDone = events.isDone
          if (text !== '') controller.enqueue(encoder.encode(text))
          if (next.done || events.isFatal) {
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
class EventReader {
  private readonly decoder = new TextDecoder()
  private readonly parser: EventSourceParser
  private readonly dialect: StreamDialect
  private readonly notes: StreamNotes
  private readonly maxEventLength: number
  /** The clean events that have not been returned yet. */
  private clean = ''
  /** The lines or events that may together be one incomplete JSON object. */
  private pieces: string[] = []
  /** The lines of a JSON document that was sent instead of a stream. Null if there are none. */
  private documentLines: string[] | null = null
  private documentLength = 0
  /** Whether the parser has dropped the beginning of a line that is too long, so that its rest must be skipped. */
  private isInLongLine = false
  /** Whether the server has announced the end of its stream. */
  isDone = false
  /** Whether the server has reported an error that ends the call. */
  isFatal = false

  constructor(dialect: StreamDialect, notes: StreamNotes, { maxEventLength }: Readonly<StreamLimits>) {
    this.dialect = dialect
    this.notes = notes
    this.maxEventLength = maxEventLength
    this.parser = createParser({
      onEvent: ({ data, event }) => this.readData(data, event),
      onError: (error) => this.handleParseError(error),
      maxBufferSize: maxEventLength,
    })
  }

  /** Returns the clean events that these bytes complete. */
  read(bytes: Uint8Array): string {
    this.feed(this.decoder.decode(bytes, { stream: true }))
    return this.flush()
  }

  /** Returns the events that are complete at the end of the body. */
  end(): string {
    this.feed(this.decoder.decode())
    if (!this.isInLongLine) this.parser.feed('\n\n')
    this.dropPieces()
    this.readDocument()
    const last = this.isFatal ? null : this.dialect.end(this.isDone)
    if (last !== null) this.clean += `data: ${last}\n\n`
    return this.flush()
  }

  private flush(): string {
    const text = this.clean
    this.clean = ''
    return text
  }

  private feed(text: string): void {
    let rest = text
    if (this.isInLongLine) {
      const lineEnd = rest.search(/[\r\n]/)
      if (lineEnd === -1) return
      rest = rest.slice(lineEnd)
      this.isInLongLine = false
      this.parser.reset()
    }
    if (rest === '') return
    this.parser.feed(rest)
    // The parser would buffer the events of a server that sends no blank lines until the end of the stream.
    const lastLine = rest.lastIndexOf('\n', rest.length - 2) + 1
    if (!this.isInLongLine && rest.endsWith('\n') && rest.startsWith('data:', lastLine)) this.parser.feed('\n')
  }

  private handleParseError({ type, line }: ParseError): void {
    if (type === 'unknown-field') this.readBareLine(line ?? '')
    if (type !== 'max-buffer-size-exceeded') return
    recordSkipped(this.notes, 'too_long')
    this.isInLongLine = true
  }

  private readData(data: string, eventName: string | undefined): void {
    const text = data.trim()
    if (text === '[DONE]') this.isDone = true
    else if (this.isDone && text !== '') recordSkipped(this.notes, 'after_end')
    // The parser limits only lines that arrive in several reads.
    else if (text.length > this.maxEventLength && !text.includes('\n')) recordSkipped(this.notes, 'too_long')
    else if (text !== '') this.readEvent(text, eventName)
  }

  private readEvent(text: string, eventName: string | undefined): void {
    const parsed = parse(text)
    if (parsed) {
      this.dropPieces()
      this.emitValue(parsed.value, eventName)
      return
    }
    const lines = text.split('\n')
    if (this.pieces.length === 0 && lines.length > 1 && lines.some(isEvent)) {
      // Events without a blank line between them arrive as one event with several lines.
      for (const line of lines) this.readData(line, eventName)
    } else if (this.pieces.length > 0 || text.startsWith('{')) this.addPiece(text, eventName)
    else recordSkipped(this.notes, 'not_json')
  }

  /** Adds a part of a JSON object that is spread over several events, and emits the object once it is complete. */
  private addPiece(text: string, eventName: string | undefined): void {
    this.pieces.push(text)
    const joined = text.endsWith('}') ? parse(this.pieces.join('\n')) : null
    if (joined) this.pieces = []
    if (joined) this.emitValue(joined.value, eventName)
    if (this.pieces.length > maxPieces) this.dropPieces()
  }

  private dropPieces(): void {
    if (this.pieces.length > 0) recordSkipped(this.notes, 'not_json')
    this.pieces = []
  }

  /** Handles a line that is not a field of an event: part of a JSON document, JSON lines, or garbage. */
  private readBareLine(line: string): void {
    const text = line.trim()
    const parsed = this.documentLines === null && text.startsWith('{') ? parse(text) : null
    if (text === '[DONE]') this.isDone = true
    else if (this.isDone) recordSkipped(this.notes, 'after_end')
    else if (parsed) this.emitValue(parsed.value, undefined)
    else if (this.documentLines === null && !/^[{[]/.test(text)) recordSkipped(this.notes, 'not_json')
    else {
      this.documentLines ??= []
      this.documentLength += line.length
      if (this.documentLength <= this.maxEventLength) this.documentLines.push(line)
      else this.documentLines.length = 0
    }
  }

  private readDocument(): void {
    if (this.documentLines === null) return
    const parsed = parse(this.documentLines.join('\n'))
    if (parsed) this.emitValue(parsed.value, undefined)
    else recordSkipped(this.notes, this.documentLength > this.maxEventLength ? 'too_long' : 'not_json')
    this.documentLines = null
  }

  private emitValue(value: unknown, eventName: string | undefined): void {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (this.isFatal) return
      if (isObject(one)) this.emitObject(one, eventName)
      else recordSkipped(this.notes, 'not_an_object')
    }
  }

  private emitObject(value: Readonly<Record<string, unknown>>, eventName: string | undefined): void {
    try {
      const event = this.dialect.read(value, eventName)
      if (event) this.clean += `data: ${event.data}\n\n`
      this.isFatal = event?.isFatal ?? false
    } catch {
      // The object is nested too deeply for the stack.
      recordSkipped(this.notes, 'unreadable')
    }
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
