/** Tests the default limits of sign-up and sign-in: guesses must be stopped, and the owners must be able to sign in. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { isAnswer, retryUntilAnswered } from '@/tests/chaos/retry-until-answered'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

const password = 'correct horse battery staple'
const wrong = 'not the right password'

let goldfish: Goldfish
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, env: { RATE_LIMITS: '{}' } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  const keys = await goldfish.redis.keys('gf:1:limit:*')
  if (keys.length > 0) await goldfish.redis.del(...keys)
  await goldfish.sql('delete from rate_limit')
})

/** Calls an instance directly, as the balancer would: the last address of X-Forwarded-For is the client's. */
const post = (path: string, body: object, { from = '198.51.100.1', cookie = '', at = 0 } = {}) =>
  fetch(`${goldfish.instances[at % 2]?.url}/api/auth${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: goldfish.url,
      'x-forwarded-for': `203.0.113.9, ${from}`,
      ...(cookie && { cookie }),
    },
    body: JSON.stringify(body),
  })
const signUp = (email: string, from?: string) =>
  post('/sign-up/email', { name: 'Ada', email, password }, { ...(from && { from }) })
const signIn = (email: string, secret: string, where?: Parameters<typeof post>[2]) =>
  post('/sign-in/email', { email, password: secret }, where)
const newEmail = () => `${v7()}@example.com`
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
const count = (answers: readonly Response[], status: number) =>
  answers.filter((answer) => answer.status === status).length
/** Ends the wait. The rest of the window is a period of at most 60 seconds in which sign-ins should not be delayed. */
const endWait = () =>
  goldfish.sql(`update rate_limit set window_ends_at = now() + interval '50 seconds' where key like 'wait:%'`)

test('fifty users behind one address can sign up, mistype their passwords, and sign in at once', async () => {
  const emails = Array.from({ length: 50 }, newEmail)
  for (const email of emails) expect((await signUp(email)).status).toBe(200)
  for (const [at, email] of emails.slice(0, 10).entries()) expect((await signIn(email, wrong, { at })).status).toBe(401)
  // On a busy machine some requests find no free database connection. They must be retried and consume no limit.
  const enter = (email: string, at: number) =>
    retryUntilAnswered('a sign-in', async () => {
      const response = await signIn(email, password, { at })
      return isAnswer(response) ? response : null
    })
  const answers = await Promise.all(emails.map(enter))
  expect(answers.map(({ status }) => status)).toEqual(emails.map(() => 200))
}, 180_000)

test('only five of two hundred parallel guesses at one account are checked', async () => {
  const email = newEmail()
  await signUp(email)
  const answers: Response[] = []
  for (let round = 0; round < 10; round += 1)
    answers.push(...(await Promise.all(Array.from({ length: 20 }, (_, at) => signIn(email, wrong, { at })))))
  expect([count(answers, 401), count(answers, 429)]).toEqual([5, 195])
  expect((await signIn(email, password)).status).toBe(429)
})

test('frequent sign-ins with the correct password are not rejected', async () => {
  const email = newEmail()
  await signUp(email)
  for (let time = 0; time < 8; time += 1) expect((await signIn(email, password, { at: time })).status).toBe(200)
})

test('guesses from many networks delay the owner by seconds on a new device, and not on a known device', async () => {
  const email = newEmail()
  const device = cookiesOf(await signUp(email))
  const guesses: Response[] = []
  for (let network = 0; network < 30; network += 1)
    guesses.push(await signIn(email, wrong, { from: `10.0.${network}.1`, at: network }))
  expect([count(guesses, 401), count(guesses, 429)]).toEqual([20, 10])
  for (const guess of guesses.slice(20)) expect(Number(guess.headers.get('retry-after'))).toBeLessThanOrEqual(5)

  const refused = await signIn(email, password, { from: '192.0.2.1' })
  expect(refused.status).toBe(429)
  expect((await refused.json()).retryAfter).toBeLessThanOrEqual(5)
  await endWait()
  expect((await signIn(email, password, { from: '192.0.2.1', at: 1 })).status).toBe(200)

  expect((await signIn(email, password, { from: '10.0.1.1', cookie: device })).status).toBe(200)
})

test('the device cookie reveals nothing, grants no access, and is not valid for another account', async () => {
  const [email, other] = [newEmail(), newEmail()]
  const lines = (await signUp(email)).headers.getSetCookie()
  const line = lines.find((one) => one.startsWith('goldfish-device-')) ?? ''
  expect(line).toMatch(/HttpOnly/)
  expect(line).toMatch(/SameSite=Strict/)
  expect(line).not.toContain('@')
  const device = line.split(';')[0] ?? ''
  await signUp(other)
  expect((await fetch(`${goldfish.url}/api/preferences`, { headers: { cookie: device } })).status).toBe(401)

  const exhaust = async (account: string) => {
    for (let turn = 0; turn < 6; turn += 1) await signIn(account, wrong)
  }
  await exhaust(email)
  await exhaust(other)
  const [name, value] = device.split('=')
  const forged = `${name}=${value?.slice(0, -1)}${value?.endsWith('A') ? 'B' : 'A'}`
  expect((await signIn(email, password, { cookie: forged })).status).toBe(429)
  expect((await signIn(other, password, { cookie: device })).status).toBe(429)
  expect((await signIn(email, password, { cookie: device })).status).toBe(200)
})

test('a failed sign-in sets no device cookie', async () => {
  for (const cookie of ['', 'better-auth.session_token=old.signature']) {
    const lines = (await signIn(newEmail(), wrong, { cookie })).headers.getSetCookie()
    expect(lines.filter((line) => line.startsWith('goldfish-device-'))).toEqual([])
  }
})

test('a session allows ten wrong passwords, and the owner can still sign in after that', async () => {
  const email = newEmail()
  const cookie = cookiesOf(await signUp(email))
  const guess = (path: string, body: object) => post(path, body, { cookie })
  const answers: number[] = []
  for (let turn = 0; turn < 6; turn += 1) {
    const change = { currentPassword: wrong, newPassword: 'an entirely different secret' }
    answers.push(
      (await guess('/change-password', change)).status,
      (await guess('/delete-user', { password: wrong })).status,
    )
  }
  expect(answers.filter((status) => status === 400)).toHaveLength(10)
  expect(answers.slice(10)).toEqual([429, 429])
  expect((await signIn(email, password, { cookie })).status).toBe(200)
})
