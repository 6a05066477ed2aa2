import type { SteadyLoad } from './steady-load'

const maxResponseMs = 3_000

/** Describes the outcomes that differ from the expected ones, each once. */
export function complaints({ outcomes, slownessMs }: SteadyLoad): string[] {
  // A busy process can delay a request twice: when it arrives and when its deadline is reached.
  const limitMs = maxResponseMs + 2 * slownessMs
  const found = outcomes.flatMap(({ route, expected, status, code, retryAfter, milliseconds }) => {
    if (status !== expected) return [`${route}: ${status} ${code} in place of ${expected}`]
    if (status === 503 && !(retryAfter && retryAfter > 0)) return [`${route}: no Retry-After`]
    if (status === 503 && code !== 'database_unavailable' && route !== 'GET /api/health/ready')
      return [`${route}: ${code}`]
    return milliseconds > limitMs ? [`${route}: took ${Math.round(milliseconds)} of ${Math.round(limitMs)} ms`] : []
  })
  return [...new Set(found)].sort()
}
