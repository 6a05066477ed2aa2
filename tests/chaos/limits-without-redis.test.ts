/** F06: the limits hold while Redis is away, over all processes together; and with nobody left to count, nobody gets in. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { accidents } from './process-log'

const limits = JSON.stringify({
  'sign-in-account': '5/900',
  'sign-in': '1000/900',
  chat: '6/600',
  'sign-up': '100/3600',
})

let goldfish: Goldfish & { proxies: Proxies }
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, throughProxies: true, env: { RATE_LIMITS: limits } })
  process.kill(goldfish.redisServer.pid, 'SIGKILL')
})
afterAll(() => goldfish?.stop())

/** A guess at each process in turn, all at the same moment. */
async function guess(email: string, password: string, times: number): Promise<Response[]> {
  const attempts = Array.from({ length: times }, (_, index) => {
    const there = goldfish.instances[index % goldfish.instances.length]
    return fetch(`${there?.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: goldfish.url },
      body: JSON.stringify({ email, password }),
    })
  })
  return Promise.all(attempts)
}

const statusesOf = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort()
const times = (count: number, status: number) => Array.from({ length: count }, () => status)
const right = 'correct horse battery staple'
const wrong = 'not the right password'

test('guesses at a password are counted together', async () => {
  const ada = await signUp(goldfish.url)
  const answers = await guess(ada.email, wrong, 15)
  expect(statusesOf(answers)).toEqual([...times(5, 401), ...times(10, 429)])
  for (const { status, headers } of answers)
    if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  // Not even the right one: a guesser must not learn it.
  expect(statusesOf(await guess(ada.email.toUpperCase(), right, 3))).toEqual(times(3, 429))
})

test('a flood of turns is counted together', async () => {
  const ada = await signUp(goldfish.url)
  const send = (_: unknown, index: number) => {
    const there = goldfish.instances[index % goldfish.instances.length]
    return personAt(there?.url ?? '', ada, goldfish.url).send({ conversationId: v7() }, 'Hello?')
  }
  const sent = await Promise.all(Array.from({ length: 18 }, send))
  expect(statusesOf(sent)).toEqual([...times(6, 200), ...times(12, 429)])
  const stored = await goldfish.sql(
    `select 1 from message where role = 'user' and user_id =
    (select id from "user" where email = $1)`,
    [ada.email],
  )
  expect(stored).toHaveLength(6)
})

test('with Postgres away too nobody signs in, and no guess was free', async () => {
  const ada: Person = await signUp(goldfish.url)
  expect(statusesOf(await guess(ada.email, wrong, 4))).toEqual(times(4, 401))
  await goldfish.proxies.postgres.refuse()
  for (const password of [right, wrong]) {
    const answers = await guess(ada.email, password, 9)
    expect(statusesOf(answers)).toEqual(times(9, 503))
    for (const answer of answers) {
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  }
  await goldfish.proxies.postgres.restore()
  await expect.poll(async () => (await ada.fetch('/api/conversations')).status, { timeout: 5_000 }).toBe(200)
  expect(statusesOf(await guess(ada.email, wrong, 6))).toEqual([401, ...times(5, 429)])
  expect(accidents(goldfish.instances)).toEqual([])
})
