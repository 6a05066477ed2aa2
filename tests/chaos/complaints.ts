import type { SteadyLoad } from './steady-load'

const answeredWithinMs = 3_000

/** Outcomes that are not what they should be, in words. */
export function complaints({ outcomes, slownessMs }: SteadyLoad): string[] {
  // A request meets a busy process twice: when it comes, and when its time is over.
  const patienceMs = answeredWithinMs + 2 * slownessMs
  const said = outcomes.flatMap(({ route, expected, status, code, retryAfter, milliseconds }) => {
    if (status !== expected) return [`${route}: ${status} ${code} in place of ${expected}`]
    if (status === 503 && !(retryAfter && retryAfter > 0)) return [`${route}: no Retry-After`]
    if (status === 503 && code !== 'database_unavailable' && route !== 'GET /api/health/ready')
      return [`${route}: ${code}`]
    return milliseconds > patienceMs
      ? [`${route}: took ${Math.round(milliseconds)} of ${Math.round(patienceMs)} ms`]
      : []
  })
  return [...new Set(said)].sort()
}
