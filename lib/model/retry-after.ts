/**
 * What a refusing provider asks for, in seconds, at most a day; null where it says nothing that can be read. Header
 * names are lower case, as `APICallError.responseHeaders` has them. `retry-after-ms` is OpenAI's and the finer one.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>, nowMs = Date.now()): number | null {
  const milliseconds = number(headers['retry-after-ms'])
  if (milliseconds !== null) return bounded(milliseconds / 1000)
  const text = headers['retry-after']
  const seconds = number(text)
  if (seconds !== null) return bounded(seconds)
  // Only with a letter in it: to `Date.parse`, `-3` is a day in 2001.
  const date = text !== undefined && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : bounded((date - nowMs) / 1000)
}

const number = (text: string | undefined) => (text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null)
const bounded = (seconds: number) => Math.min(Math.max(seconds, 0), 86_400)
