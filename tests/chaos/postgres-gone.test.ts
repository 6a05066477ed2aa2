/**
 * F04, F05: a minute without Postgres, as one that refuses every connection and as one that answers nothing any more.
 * Both at once, each with processes of their own. SOAK in the environment makes the minute longer or shorter.
 */
import { readFileSync } from 'node:fs'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import type { FaultProxy } from '@/tests/services/fault-proxy'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { accidents } from './process-log'
import { callsOfAllRoutes, cronSecret, routesOfSource } from './routes'
import { callSteadily, type Outcome } from './steady-load'

const seconds = Number(process.env.SOAK ?? 60)
const answeredWithinMs = 3_000
const backWithinMs = 5_000
/** What a process may grow by in the second half of that time. */
const growthMb = 40

type Product = { goldfish: Goldfish & { proxies: Proxies }; ada: Person }

async function startProduct(): Promise<Product> {
  const goldfish = await startGoldfish({ instances: 3, throughProxies: true, env: { CRON_SECRET: cronSecret } })
  return { goldfish, ada: await signUp(goldfish.url) }
}

let products: Product[] = []
beforeAll(async () => {
  // One after the other, and both before the minute begins: six processes that start take all there is of two cores.
  products = [await startProduct(), await startProduct()]
})
afterAll(() => Promise.all(products.map(({ goldfish }) => goldfish.stop())))

const memoryMb = ({ instances }: Goldfish) =>
  instances.map(({ pid }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

/** Outcomes that are not what they should be, in words. */
function complaints(outcomes: readonly Outcome[]): string[] {
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

/** How long each process takes to answer again, asked ten times a second, all of them at once. */
async function expectBackSoon({ instances, url }: Goldfish, ada: Person): Promise<void> {
  const statusAt = (at: string) => async () => (await personAt(at, ada, url).fetch('/api/conversations')).status
  const patience = { timeout: backWithinMs, interval: 100 }
  await Promise.all(instances.map((instance) => expect.poll(statusAt(instance.url), patience).toBe(200)))
  const sent = await Promise.all(
    instances.map((instance) => personAt(instance.url, ada, url).send({ conversationId: v7() }, 'Are you back?')),
  )
  expect(sent.map(({ status, error }) => ({ status, error }))).toEqual(sent.map(() => ({ status: 200, error: null })))
}

/** No connection is kept from the others: every process can use as many as it may have, and leaves none half-way. */
async function expectWholePools(goldfish: Goldfish, ada: Person): Promise<void> {
  const reads = goldfish.instances.flatMap(({ url }) =>
    Array.from({ length: 20 }, () => personAt(url, ada, goldfish.url).fetch('/api/preferences')),
  )
  expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]))
  const open = () =>
    goldfish.sql<{ state: string; count: number }>(`select state, count(*)::int from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() group by state`)
  await expect.poll(async () => (await open()).map(({ state }) => state), { timeout: backWithinMs }).toEqual(['idle'])
  expect((await open())[0]?.count).toBeLessThanOrEqual(goldfish.instances.length * 10 + 1)
}

test('every route there is gets called', () => {
  const called = new Set(callsOfAllRoutes().map(({ route }) => route))
  expect([...called].sort()).toEqual(routesOfSource().sort())
})

const outages: [string, number, (postgres: FaultProxy) => unknown][] = [
  ['refuses every connection', 0, (postgres) => postgres.refuse()],
  ['has fallen silent', 1, (postgres) => postgres.freeze()],
]

const timeout = (seconds + 60) * 1000

test.concurrent.for(outages)(
  'Postgres %s: every route says so in time, and is back',
  { timeout },
  async ([, which, breakIt]) => {
    const { goldfish, ada } = products[which] as Product
    const pids = goldfish.instances.map(({ pid }) => pid)
    await breakIt(goldfish.proxies.postgres)
    const first = await callSteadily(ada, seconds / 2, callsOfAllRoutes)
    const memoryHalfWay = memoryMb(goldfish)
    const second = await callSteadily(ada, seconds / 2, callsOfAllRoutes)
    expect(complaints([...first, ...second])).toEqual([])
    memoryMb(goldfish).forEach((memory, index) => {
      expect(memory - (memoryHalfWay[index] ?? 0)).toBeLessThan(growthMb)
    })

    await goldfish.proxies.postgres.restore()
    await expectBackSoon(goldfish, ada)
    await expectWholePools(goldfish, ada)
    expect(goldfish.instances.filter(({ isRunning }) => isRunning).map(({ pid }) => pid)).toEqual(pids)
    expect(accidents(goldfish.instances)).toEqual([])
  },
)
