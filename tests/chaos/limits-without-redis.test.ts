/**
 * Rate limits must hold over all processes while Redis is unavailable. If Postgres is
 * unavailable too, they must refuse.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { unexpectedLogLines } from './process-log'

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

/** Tries a password several times at once, on each process in turn. */
async function guessPassword(email: string, password: string, times: number): Promise<Response[]> {
  const attempts = Array.from({ length: times }, (_, index) => {
    const instance = goldfish.instances[index % goldfish.instances.length]
    return fetch(`${instance?.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: goldfish.url },
      body: JSON.stringify({ email, password }),
    })
  })
  return Promise.all(attempts)
}

const statusesOf = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort()
const times = (count: number, status: number) => Array.from({ length: count }, () => status)
const rightPassword = 'correct horse battery staple'
const wrongPassword = 'not the right password'

test('counts the password guesses on all processes together while Redis is unavailable', async () => {
  const ada = await signUp(goldfish.url)
  const answers = await guessPassword(ada.email, wrongPassword, 15)
  expect(statusesOf(answers)).toEqual([...times(5, 401), ...times(10, 429)])
  for (const { status, headers } of answers)
    if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  // Even the right password is refused, because the response must not reveal to an attacker that it is right.
  expect(statusesOf(await guessPassword(ada.email.toUpperCase(), rightPassword, 3))).toEqual(times(3, 429))
})

test('counts the turns on all processes together while Redis is unavailable', async () => {
  const ada = await signUp(goldfish.url)
  const send = (_: unknown, index: number) => {
    const instance = goldfish.instances[index % goldfish.instances.length]
    return personAt(instance?.url ?? '', ada, goldfish.url).send({ conversationId: v7() }, 'Hello?')
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

test('refuses every sign-in while Redis and Postgres are unavailable, and counts earlier guesses afterwards', async () => {
  const ada: Person = await signUp(goldfish.url)
  expect(statusesOf(await guessPassword(ada.email, wrongPassword, 4))).toEqual(times(4, 401))
  await goldfish.proxies.postgres.refuse()
  for (const password of [rightPassword, wrongPassword]) {
    const answers = await guessPassword(ada.email, password, 9)
    expect(statusesOf(answers)).toEqual(times(9, 503))
    for (const answer of answers) {
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  }
  await goldfish.proxies.postgres.restore()
  await expect.poll(async () => (await ada.fetch('/api/conversations')).status, { timeout: 5_000 }).toBe(200)
  expect(statusesOf(await guessPassword(ada.email, wrongPassword, 6))).toEqual([401, ...times(5, 429)])
  expect(unexpectedLogLines(goldfish.instances)).toEqual([])
})
