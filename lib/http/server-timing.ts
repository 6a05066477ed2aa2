/** Adds a metric such as `Server-Timing: auth;dur=3`. It must be known before the headers are sent. */
export function addServerTiming(headers: Headers, name: string, milliseconds: number): void {
  headers.append('server-timing', `${name};dur=${Math.round(milliseconds)}`)
}

/** Measures running work. `result` is the work itself; `milliseconds` returns null until it has settled. */
export function timed<T>(
  now: () => number,
  work: Promise<T>,
): { result: Promise<T>; milliseconds: () => number | null } {
  const startedAt = now()
  let tookMs: number | null = null
  const stop = () => {
    tookMs = now() - startedAt
  }
  work.then(stop, stop)
  return { result: work, milliseconds: () => tookMs }
}
