/**
 * Postgres is available, but a lock blocks all statements, and far more requests wait for
 * it than there are connections.
 */
import { Client } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { complaints } from './complaints'
import { unexpectedLogLines } from './process-log'
import type { RouteCall } from './routes'
import { callSteadily } from './steady-load'
import { expectBackSoon, expectWholePools } from './whole-pools'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
  ada = await signUp(goldfish.url)
  // The route is requested once before, because a probe that waits for its route to load would not measure a stall.
  for (const { url } of goldfish.instances) expect((await fetch(`${url}/api/health/live`)).status).toBe(200)
})
afterAll(() => goldfish?.stop())

async function lockConversations(): Promise<Client> {
  const holder = new Client({ connectionString: goldfish.databaseUrl })
  await holder.connect()
  onTestFinished(() => holder.end())
  await holder.query('begin; lock table conversation in access exclusive mode')
  return holder
}

const reads: readonly RouteCall[] = [
  {
    route: 'GET /api/conversations',
    withoutPostgres: 503,
    send: (person) => person.fetch('/api/conversations'),
  },
]

test('refuses hundreds of requests in time while they wait for a lock, and loses no connection', async () => {
  const holder = await lockConversations()
  // The last requests of a queue are refused only 100 ms before their deadline, so each
  // process must be probed more often.
  const load = { perSecond: 50, seconds: 5, probeEveryMs: 20 }
  const calls = await callSteadily(ada, load, () => reads)
  expect(calls.outcomes.filter(({ status }) => status === 503).length).toBeGreaterThan(200)
  expect(complaints(calls)).toEqual([])

  await holder.query('rollback')
  await expectBackSoon(expect, goldfish, ada)
  await expectWholePools(expect, goldfish, ada)
  expect(unexpectedLogLines(goldfish.instances)).toEqual([])
})
