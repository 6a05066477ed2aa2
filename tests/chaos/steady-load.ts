import { setTimeout as pause } from 'node:timers/promises'
import type { Person } from '@/tests/integration/chat-client'
import type { RouteCall } from './routes'

export type Outcome = {
  route: string
  expected: number
  status: number
  code: string | null
  retryAfter: number | null
  milliseconds: number
}

const callsToOneProbe = 5

/** `slownessMs`: what this machine took at worst, in the same time, to answer a route that waits for nothing. */
export type SteadyLoad = { outcomes: Outcome[]; slownessMs: number }

/**
 * Calls so many times a second for so long, whether or not the last ones have been answered: people do not queue up
 * because a server is slow. Now and then it asks who is alive, which tells how busy the machine is with other things;
 * not oftener, since a process grows with the requests it has had, and that is looked at, too.
 */
export async function callSteadily(
  person: Person,
  { perSecond, seconds }: { perSecond: number; seconds: number },
  calls: () => readonly RouteCall[],
): Promise<SteadyLoad> {
  const outcomes: Promise<Outcome>[] = []
  const probes: Promise<number>[] = []
  const startedAt = performance.now()
  let round: RouteCall[] = []
  for (let sent = 0; sent < seconds * perSecond; sent += 1) {
    if (round.length === 0) round = [...calls()]
    const next = round.shift()
    if (next) outcomes.push(outcomeOf(next, person))
    if (sent % callsToOneProbe === 0) probes.push(timeToTell(person))
    await pause(Math.max(0, startedAt + ((sent + 1) * 1000) / perSecond - performance.now()))
  }
  return { outcomes: await Promise.all(outcomes), slownessMs: Math.max(...(await Promise.all(probes))) }
}

async function timeToTell(person: Person): Promise<number> {
  const startedAt = performance.now()
  await (await person.fetch('/api/health/live')).text()
  return performance.now() - startedAt
}

async function outcomeOf({ route, withoutPostgres, send }: RouteCall, person: Person): Promise<Outcome> {
  const startedAt = performance.now()
  const response = await send(person)
  const body = await response.text()
  const milliseconds = performance.now() - startedAt
  // `/v1` has its own shape of an error.
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
