/**
 * The `data` of each event of a `text/event-stream` body, as it arrives.
 * Only what the UI message stream uses: event names, ids and retry are passed over.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  // The decoder keeps the half of a character that a chunk boundary cut, `rest` the half of a line.
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      // A lone CR at the end may be the first half of CRLF: it waits for the next chunk with its line.
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(line.charAt(5) === ' ' ? 6 : 5))
        else if (line === '' && data.length > 0) {
          yield data.join('\n')
          data = []
        }
      }
    }
  } finally {
    // Also when the caller stops early. The turn goes on at the server; only this connection ends.
    await reader.cancel().catch(() => undefined)
  }
}
