import { setTimeout as pause } from 'node:timers/promises'
import type { Person } from '@/tests/integration/chat-client'
import type { RouteCall } from './routes'
import { withSlowness } from './slowness'

export type Outcome = {
  route: string
  expected: number
  status: number
  code: string | null
  retryAfter: number | null
  milliseconds: number
}

/** `slownessMs` is the longest response time of a route that waits for nothing, measured at the same time. */
export type SteadyLoad = { outcomes: Outcome[]; slownessMs: number }

/**
 * Sends this many requests per second without waiting for responses, because users do not wait for each other when a
 * server is slow. Until the last response it also probes how busy the machine is. The default interval of the probes
 * is long, because each request adds to the memory of a process that a test may be measuring.
 */
export async function callSteadily(
  person: Person,
  { perSecond, seconds, probeEveryMs = 250 }: { perSecond: number; seconds: number; probeEveryMs?: number },
  calls: () => readonly RouteCall[],
): Promise<SteadyLoad> {
  const { result, slownessMs } = await withSlowness(() => callAll(person, { perSecond, seconds }, calls), {
    probes: [() => person.fetch('/api/health/live')],
    everyMs: probeEveryMs,
  })
  return { outcomes: result, slownessMs }
}

async function callAll(
  person: Person,
  { perSecond, seconds }: { perSecond: number; seconds: number },
  calls: () => readonly RouteCall[],
): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = []
  const startedAt = performance.now()
  let round: RouteCall[] = []
  for (let sent = 0; sent < seconds * perSecond; sent += 1) {
    if (round.length === 0) round = [...calls()]
    const next = round.shift()
    if (next) outcomes.push(outcomeOf(next, person))
    await pause(Math.max(0, startedAt + ((sent + 1) * 1000) / perSecond - performance.now()))
  }
  return Promise.all(outcomes)
}

async function outcomeOf({ route, withoutPostgres, send }: RouteCall, person: Person): Promise<Outcome> {
  const startedAt = performance.now()
  const response = await send(person)
  const body = await response.text()
  const milliseconds = performance.now() - startedAt
  // Errors of `/v1` have another format.
  const problem: { code?: string; error?: { code: string } } = response.ok || body === '' ? {} : JSON.parse(body)
  const retryAfter = response.headers.get('retry-after')
  return {
    route,
    expected: withoutPostgres,
    status: response.status,
    code: problem.code ?? problem.error?.code ?? null,
    retryAfter: retryAfter === null ? null : Number(retryAfter),
    milliseconds,
  }
}
