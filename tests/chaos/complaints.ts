import type { Outcome } from './steady-load'

const answeredWithinMs = 3_000

/** Outcomes that are not what they should be, in words. */
export function complaints(outcomes: readonly Outcome[]): string[] {
  // A request meets a busy process twice: when it comes, and when its time is over.
  const patienceMs = answeredWithinMs + 2 * slownessMs(outcomes)
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

/** What this machine took at worst, in the same minute, to answer a route that waits for nothing. */
const slownessMs = (outcomes: readonly Outcome[]) =>
  Math.max(...outcomes.filter(({ expected }) => expected !== 503).map(({ milliseconds }) => milliseconds))
