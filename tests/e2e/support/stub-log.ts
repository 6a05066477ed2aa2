/** The fields of a model call that the tests use. The stub's own log has more (tests/model-stub/call-log.mjs). */
export type StubCall = {
  model: string
  body: string
  messages: { role: string; content: unknown }[]
  status: number | null
  clientAborted: boolean
  tokensSent: number
}

export type StubLog = {
  /**
   * Returns the calls whose body contains this text, oldest first. All tests share one stub, so the text must be
   * unique to the test.
   */
  calls: (containing: string) => Promise<StubCall[]>
  /**
   * Makes the stub answer each question that contains `match` with this text, at once or with `gapMs` between its
   * tokens. Directives in the question are then ignored. All tests share one stub, so `match` must be unique to
   * the test.
   */
  answer: (match: string, text: string, options?: { gapMs: number }) => Promise<void>
}

export function stubLog(url: string): StubLog {
  return {
    calls: async (containing) => {
      const response = await fetch(`${url}/__log?containing=${encodeURIComponent(containing)}`)
      return ((await response.json()) as { calls: StubCall[] }).calls
    },
    answer: async (match, text, options) => {
      const rule = JSON.stringify({ match, text, ...options })
      const response = await fetch(`${url}/__script`, { method: 'POST', body: rule })
      if (!response.ok) throw new Error(`The stub rejected the script: ${await response.text()}`)
    },
  }
}
