/** `id`: the newest that the stream has named, where to go on after this event; null before there is one. */
export type StreamEvent = { data: string; id: string | null }

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
