/**
 * F04, F05: a minute without Postgres, as one that refuses every connection and as one that answers nothing any more.
 * Both at once, each with processes of their own. SOAK in the environment makes the minute longer or shorter.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import type { FaultProxy } from '@/tests/services/fault-proxy'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { complaints } from './complaints'
import { accidents } from './process-log'
import { inspectable, residentMb } from './resident-memory'
import { callsOfAllRoutes, cronSecret, routesOfSource } from './routes'
import { callSteadily } from './steady-load'
import { askAll, failures, newQuestions } from './turns'
import { expectBackSoon, expectWholePools } from './whole-pools'

const seconds = Number(process.env.SOAK ?? 60)
/** What a process may grow by in the second half of that time, when it has answered some 200 requests; 4 was seen. */
const growthMb = 15

/** `eve` calls while Postgres is away. What it had been sent it may still do when it is back: sign her out, for one. */
type Product = { goldfish: Goldfish & { proxies: Proxies }; ada: Person; eve: Person }

async function startProduct(): Promise<Product> {
  const env = { CRON_SECRET: cronSecret, NODE_OPTIONS: inspectable }
  const goldfish = await startGoldfish({ instances: 3, throughProxies: true, env })
  return { goldfish, ada: await signUp(goldfish.url), eve: await signUp(goldfish.url) }
}

let products: Product[] = []
beforeAll(async () => {
  // One after the other, and both before the minute begins: six processes that start take all there is of two cores.
  products = [await startProduct(), await startProduct()]
})
afterAll(() => Promise.all(products.map(({ goldfish }) => goldfish.stop())))

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
    expect(accidents(goldfish.instances)).toEqual([])
  },
)
