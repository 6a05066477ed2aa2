/**
 * A minute without Postgres, once as a server that refuses every connection and once as one that stops responding.
 * Both cases run in parallel with their own processes. The environment variable SOAK sets the number of seconds.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import type { FaultProxy } from '@/tests/services/fault-proxy'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { complaints } from './complaints'
import { unexpectedLogLines } from './process-log'
import { inspectable, residentMb } from './resident-memory'
import { callsOfAllRoutes, cronSecret, routesOfSource } from './routes'
import { callSteadily } from './steady-load'
import { askAll, failures, newQuestions } from './turns'
import { expectBackSoon, expectWholePools } from './whole-pools'

const seconds = Number(process.env.SOAK ?? 60)
/**
 * How much a process may grow in the second half of the time, in which it answers about
 * 200 requests. 4 MB were measured.
 */
const growthMb = 15

/**
 * `eve` sends the requests while Postgres is unavailable. Some may still be executed
 * afterwards, for example her sign-out.
 */
type Product = { goldfish: Goldfish & { proxies: Proxies }; ada: Person; eve: Person }

async function startProduct(): Promise<Product> {
  const env = { CRON_SECRET: cronSecret, NODE_OPTIONS: inspectable }
  const goldfish = await startGoldfish({ instances: 3, throughProxies: true, env })
  return { goldfish, ada: await signUp(goldfish.url), eve: await signUp(goldfish.url) }
}

let products: Product[] = []
beforeAll(async () => {
  // The products must start one after the other before the outage, because six starting
  // processes fully occupy two cores.
  products = [await startProduct(), await startProduct()]
})
afterAll(() => Promise.all(products.map(({ goldfish }) => goldfish.stop())))

test('the load calls every route of the source code', () => {
  const called = new Set(callsOfAllRoutes().map(({ route }) => route))
  expect([...called].sort()).toEqual(routesOfSource().sort())
})

const outages: [string, number, (postgres: FaultProxy) => unknown][] = [
  ['refuses every connection', 0, (postgres) => postgres.refuse()],
  ['does not respond', 1, (postgres) => postgres.freeze()],
]

const timeout = (seconds + 60) * 1000

test.concurrent.for(outages)(
  'every route responds in time while Postgres %s, and works again afterwards',
  { timeout },
  async ([, which, breakIt], { expect }) => {
    const { goldfish, ada, eve } = products[which] as Product
    const pids = goldfish.instances.map(({ pid }) => pid)
    await breakIt(goldfish.proxies.postgres)
    const first = await callSteadily(eve, { perSecond: 20, seconds: seconds / 2 }, callsOfAllRoutes)
    const halfWay = await Promise.all(goldfish.instances.map(residentMb))
    const second = await callSteadily(eve, { perSecond: 20, seconds: seconds / 2 }, callsOfAllRoutes)
    expect([...complaints(first), ...complaints(second)]).toEqual([])
    const atEnd = await Promise.all(goldfish.instances.map(residentMb))
    atEnd.forEach((memory, index) => {
      expect(memory - (halfWay[index] ?? 0)).toBeLessThan(growthMb)
    })

    await goldfish.proxies.postgres.restore()
    await expectBackSoon(expect, goldfish, ada)
    const turns = await askAll([ada, ada, ada], newQuestions('Postgres', 6))
    expect(failures(turns)).toEqual([])
    await expectWholePools(expect, goldfish, ada)
    expect(goldfish.instances.filter(({ isRunning }) => isRunning).map(({ pid }) => pid)).toEqual(pids)
    expect(unexpectedLogLines(goldfish.instances)).toEqual([])
  },
)
