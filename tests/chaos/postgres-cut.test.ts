/** Connections to Postgres that are closed while they are in use or idle. */
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { unexpectedLogLines } from './process-log'

let goldfish: Goldfish & { proxies: Proxies }
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, throughProxies: true })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())
afterEach(async () => {
  await goldfish.proxies.postgres.restore()
  const busyConnections = () =>
    goldfish.sql(`select state from pg_stat_activity where datname = current_database()
      and pid <> pg_backend_pid() and state <> 'idle'`)
  await expect.poll(busyConnections, { timeout: 5_000 }).toEqual([])
  expect(unexpectedLogLines(goldfish.instances)).toEqual([])
})

const signUpAs = (email: string) =>
  fetch(`${goldfish.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: goldfish.url },
    body: JSON.stringify({ name: 'Bob', email, password: 'correct horse battery staple' }),
  })

const rowsOf = (email: string) =>
  goldfish.sql(
    `select (select count(*)::int from account where user_id = "user".id) as accounts
    from "user" where email = $1`,
    [email],
  )

test('a transaction whose connection is closed is rolled back and can be repeated', async () => {
  const email = `${v7()}@example.com`
  goldfish.proxies.postgres.cutAnswerTo('insert into "account"')
  const answer = await signUpAs(email)
  expect(answer.status).toBe(503)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await rowsOf(email)).toEqual([])
  expect((await signUpAs(email)).status).toBe(200)
  expect(await rowsOf(email)).toEqual([{ accounts: 1 }])
})

test('a transaction whose connection is closed after its commit is kept', async () => {
  const email = `${v7()}@example.com`
  goldfish.proxies.postgres.cutAnswerTo('commit')
  expect((await signUpAs(email)).status).toBe(503)
  expect(await rowsOf(email)).toEqual([{ accounts: 1 }])
})

test('a repeated send continues a turn whose connection was closed while it was opened', async () => {
  const body = JSON.stringify({ conversationId: v7(), message: userMessage('Is this said once?') })
  const send = (at: string) =>
    personAt(at, ada, goldfish.url).fetch('/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
  goldfish.proxies.postgres.cutAnswerTo('insert into message')
  const cut = await send(goldfish.instances[0]?.url ?? '')
  expect(cut.status).toBe(503)
  expect(Number(cut.headers.get('retry-after'))).toBeGreaterThan(0)
  const repeated = await send(goldfish.instances[1]?.url ?? '')
  expect(repeated.status).toBe(200)
  await repeated.text()
  const { id } = (JSON.parse(body) as { message: { id: string } }).message
  expect(
    await goldfish.sql(`select role, count(*)::int as n from message where turn_id = $1 group by role order by role`, [
      id,
    ]),
  ).toEqual([
    { role: 'assistant', n: 1 },
    { role: 'user', n: 1 },
  ])
})

test('after idle connections are closed, requests succeed at the second try at the latest', async () => {
  const get = (url: string) => personAt(url, ada, goldfish.url).fetch('/api/conversations')
  // Opens several connections in each process.
  await Promise.all(goldfish.instances.flatMap(({ url }) => [get(url), get(url), get(url)]))
  const { connections } = goldfish.proxies.postgres
  const { opened } = connections()
  const dropped = await goldfish.sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
  expect(dropped.length).toBeGreaterThanOrEqual(goldfish.instances.length)
  // Both sides of the proxy must have noticed the closed connections before the next request is sent.
  const stillOpen = () => connections().open - (connections().opened - opened)
  await expect.poll(stillOpen).toBeLessThanOrEqual(0)
  for (const { url } of goldfish.instances) {
    const first = await get(url)
    const answer = first.status === 200 ? first : await get(url)
    expect(answer.status).toBe(200)
  }
})
