/** What the tests need of a call; the stub's own log has more (tests/model-stub/call-log.mjs). */
export type StubCall = {
  model: string
  body: string
  messages: { role: string; content: unknown }[]
  status: number | null
  clientAborted: boolean
  tokensSent: number
}

export type StubLog = {
  /** The calls whose body holds this text, oldest first. Tests share one stub: ask with a text only this test has. */
  calls: (containing: string) => Promise<StubCall[]>
  /**
   * Answers every question that holds `match` with this text, at once or with `gapMs` between its tokens. Directives in the
   * question count no more then. Tests share one stub: match what only this test asks.
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
      if (!response.ok) throw new Error(`the stub refused the script: ${await response.text()}`)
    },
  }
}
