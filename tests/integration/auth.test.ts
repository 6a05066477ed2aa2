import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, signUp } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

const password = 'correct horse battery staple'
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${goldfish.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: goldfish.url, ...headers },
    body: JSON.stringify(body),
  })
const signIn = async (email: string, secret = password) => {
  const response = await post('/sign-in/email', { email, password: secret })
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return { status: response.status, person: personAt(goldfish.url, { email, cookie, bearer: '' }), response }
}
const statusOnEach = (person: Person, path: string) =>
  Promise.all(goldfish.instances.map(async ({ url }) => (await personAt(url, person, goldfish.url).fetch(path)).status))

test('signs in with the right password only, and sets a protected cookie', async () => {
  const { status, person, response } = await signIn(ada.email)
  expect(status).toBe(200)
  expect(await statusOnEach(person, '/api/preferences')).toEqual([200, 200])
  const cookie = response.headers.getSetCookie().join()
  expect(cookie).toMatch(/HttpOnly/i)
  expect(cookie).toMatch(/SameSite=Lax/i)
  expect(cookie).toMatch(/Path=\//i)
  expect((await signIn(ada.email, 'not the right password')).status).toBe(401)
  expect((await signIn('nobody@example.com')).status).toBe(401)
})

test.each([
  ['too short', 'elevenchars', 'PASSWORD_TOO_SHORT'],
  ['too long', 'x'.repeat(129), 'PASSWORD_TOO_LONG'],
  ['on the list of common passwords', 'qwertyuiop123', 'PASSWORD_TOO_COMMON'],
])('rejects a sign-up with a password that is %s', async (_, secret, code) => {
  const response = await post('/sign-up/email', { name: 'Bob', email: 'bob@example.com', password: secret })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code })
})

test.each([
  ['no body', ''],
  ['truncated JSON', '{"email":'],
  ['a NUL character in the name', JSON.stringify({ name: 'a\0b', email: 'nul@example.com', password })],
  ['a cache epoch', JSON.stringify({ name: 'x', email: 'epoch@example.com', password, cacheEpoch: 7 })],
])('a sign-up with %s does not cause a 5xx and sets no internal field', async (_, body) => {
  const response = await fetch(`${goldfish.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: goldfish.url },
    body,
  })
  expect(response.status).toBeLessThan(500)
  expect(await goldfish.sql('select 1 from "user" where cache_epoch <> 0')).toEqual([])
})

test('signing out ends the session on every instance', async () => {
  const { person } = await signIn(ada.email)
  expect(await statusOnEach(person, '/api/conversations')).toEqual([200, 200])
  expect((await post('/sign-out', {}, { cookie: person.cookie })).status).toBe(200)
  expect(await statusOnEach(person, '/api/conversations')).toEqual([401, 401])
})

test('lists sessions and revokes one without ending the others', async () => {
  const [first, second] = [await signIn(ada.email), await signIn(ada.email)]
  const list = await first.person.fetch('/api/auth/list-sessions')
  const sessions = (await list.json()) as { token: string }[]
  expect(sessions.length).toBeGreaterThanOrEqual(2)
  const revokedToken = /session_token=([^.]+)\./.exec(second.person.cookie)?.[1]
  expect(sessions.some(({ token }) => token === revokedToken)).toBe(true)
  expect((await post('/revoke-session', { token: revokedToken }, { cookie: first.person.cookie })).status).toBe(200)
  expect(await statusOnEach(second.person, '/api/preferences')).toEqual([401, 401])
  expect(await statusOnEach(first.person, '/api/preferences')).toEqual([200, 200])
})

test('a six-day-old session can list sessions, and no session can delete the account without the password', async () => {
  const bob = await signUp(goldfish.url)
  await goldfish.sql(
    `update session set created_at = now() - interval '6 days' where user_id = (select id from "user" where email = $1)`,
    [bob.email],
  )
  const list = await bob.fetch('/api/auth/list-sessions')
  expect([list.status, ((await list.json()) as unknown[]).length]).toEqual([200, 1])
  for (const person of [bob, await signUp(goldfish.url)]) {
    for (const body of [{}, { password: '' }]) {
      const refused = await post('/delete-user', body, { cookie: person.cookie })
      expect([refused.status, (await refused.json()).code]).toEqual([400, 'INVALID_PASSWORD'])
    }
    expect(await statusOnEach(person, '/api/preferences')).toEqual([200, 200])
  }
})

test('changing the password ends the other sessions, even if the request does not ask for it', async () => {
  const bob = await signUp(goldfish.url)
  const other = await signIn(bob.email)
  const response = await post(
    '/change-password',
    { currentPassword: password, newPassword: 'an entirely different secret' },
    { cookie: bob.cookie },
  )
  expect(response.status).toBe(200)
  expect(await statusOnEach(other.person, '/api/preferences')).toEqual([401, 401])
  expect((await signIn(bob.email, 'an entirely different secret')).status).toBe(200)
})

test('a session ends 30 days after sign-in, even if it has been renewed', async () => {
  const { person } = await signIn(ada.email)
  const token = /session_token=([^.]+)\./.exec(person.cookie)?.[1]
  await goldfish.sql(`update session set created_at = now() - interval '31 days' where token = $1`, [token])
  expect(await statusOnEach(person, '/api/preferences')).toEqual([401, 401])
  const page = await person.fetch('/', { redirect: 'manual' })
  expect(page.headers.get('location') ?? (await page.text())).toContain('/sign-in')
})

test('deleting an account requires its password and deletes all its data, but no data of other users', async () => {
  const [bob, eve] = [await signUp(goldfish.url), await signUp(goldfish.url)]
  const other = await signIn(bob.email)
  for (const person of [bob, eve]) await person.send({ conversationId: v7() }, 'What is a goldfish?')
  const rows = async (email: string) => {
    const tables = ['session', 'account', 'conversation', 'message', 'usage']
    // Usage of titles is not counted, because a title may be generated at any time after the answer.
    const onlyAnswers = (table: string) => (table === 'usage' ? `and purpose = 'answer'` : '')
    const counted = tables.map(
      (table) => `(select count(*) from "${table}" t where t.user_id = u.id ${onlyAnswers(table)}) as ${table}`,
    )
    return goldfish.sql(`select ${counted.join(', ')} from "user" u where email = $1`, [email])
  }
  const before = await rows(eve.email)
  expect((await post('/delete-user', { password: 'not the right password' }, { cookie: bob.cookie })).status).toBe(400)
  expect(await rows(bob.email)).toHaveLength(1)
  expect((await post('/delete-user', { password }, { cookie: bob.cookie })).status).toBe(200)
  expect(await statusOnEach(bob, '/api/conversations')).toEqual([401, 401])
  expect(await statusOnEach(other.person, '/api/conversations')).toEqual([401, 401])
  expect((await signIn(bob.email)).status).toBe(401)
  expect(await rows(bob.email)).toEqual([])
  expect(await goldfish.sql('select 1 from message where user_id not in (select id from "user")')).toEqual([])
  expect(await rows(eve.email)).toEqual(before)
})
