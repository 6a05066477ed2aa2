/** `Server-Timing: auth;dur=3`: milliseconds known when the headers leave. */
export function addServerTiming(headers: Headers, name: string, milliseconds: number): void {
  headers.append('server-timing', `${name};dur=${Math.round(milliseconds)}`)
}

/** Measures work that is under way. `result` is the work itself; `milliseconds` is null until it has settled. */
export function timed<T>(
  now: () => number,
  work: Promise<T>,
): { result: Promise<T>; milliseconds: () => number | null } {
  const startedAt = now()
  let tookMs: number | null = null
  const settle = () => {
    tookMs = now() - startedAt
  }
  work.then(settle, settle)
  return { result: work, milliseconds: () => tookMs }
}
