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
  /** Answers every question that holds `match` with this text. Tests share one stub: match what only this test asks. */
  answer: (match: string, text: string) => Promise<void>
}

export function stubLog(url: string): StubLog {
  return {
    calls: async (containing) => {
      const response = await fetch(`${url}/__log`)
      const { calls } = (await response.json()) as { calls: StubCall[] }
      return calls.filter((call) => call.body.includes(containing))
    },
    answer: async (match, text) => {
      const response = await fetch(`${url}/__script`, { method: 'POST', body: JSON.stringify({ match, text }) })
      if (!response.ok) throw new Error(`the stub refused the script: ${await response.text()}`)
    },
  }
}
