/**
 * Tests which account routes exist, which input and which origins they must reject, and when a session ends.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { makeKey } from './key-client'

const password = 'correct horse battery staple'
const json = { 'content-type': 'application/json' }

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { LOG_LEVEL: 'info' } })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${goldfish.url}/api/auth${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : json), origin: goldfish.url, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return [response.status, ((await response.json()) as { code: string }).code]
}

describe('account routes', () => {
  test.each([
    ['GET', '/ok'],
    ['GET', '/error'],
    ['POST', '/update-user'],
    ['POST', '/verify-password'],
    ['POST', '/change-email'],
    ['POST', '/set-password'],
    ['POST', '/revoke-sessions'],
    ['POST', '/update-session'],
    ['POST', '/sign-in/social'],
    ['POST', '/link-social'],
    ['GET', '/list-accounts'],
    ['POST', '/unlink-account'],
    ['GET', '/account-info'],
    ['GET', '/delete-user/callback'],
    ['GET', '/callback/github'],
    ['POST', '/api-key/verify'],
    ['POST', '/api-key/delete-all-expired-api-keys'],
    ['GET', '/constructor'],
    ['GET', '/__proto__'],
    ['GET', '/reset-password/{token}'],
    ['GET', '/reset-password/a%2Fb'],
    ['GET', '/get-session/x'],
    ['GET', '/Get-Session'],
    ['GET', '/%67et-session'],
    ['GET', '/get-session%2F'],
    ['GET', '/get-session;x=1'],
    ['POST', '/sign-in%2Femail'],
    ['POST', '/sign-in/Email'],
  ])('%s %s does not exist', async (method, path) => {
    const response = await call(method, path, method === 'POST' ? {} : undefined, { cookie: ada.cookie })
    expect(await problemOf(response)).toEqual([404, 'not_found'])
  })

  test.each([
    ['GET', '/sign-in/email', 'POST'],
    ['POST', '/get-session', 'GET'],
    ['GET', '/sign-out', 'POST'],
    ['GET', '/verify-email', 'POST'],
    ['HEAD', '/verify-email', 'POST'],
  ])('%s %s returns 405 with Allow: %s', async (method, path, allow) => {
    const response = await call(method, path, method === 'POST' ? {} : undefined)
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })

  test.each([
    ['GET', '/api-key/list?sortBy=foo'],
    ['GET', '/api-key/list?sortBy=__proto__'],
    ['GET', '/api-key/list?organizationId=x'],
    ['GET', '/api-key/list?configId=x'],
    ['GET', '/api-key/get?id=x&configId=y'],
    ['GET', '/api-key/get?id=x&id=y'],
    ['GET', '/api-key/get?id=%00'],
    ['GET', '/get-session?disableCookieCache=true'],
    ['POST', '/verify-email?token=x', { token: 'x', password }],
    ['POST', '/verify-email', { token: 'x'.repeat(2100), password }],
    ['POST', '/sign-up/email', { name: 'A', email: 'a@example.com', password, image: 'x' }],
    ['POST', '/sign-up/email', { name: 'A', email: 'a@example.com', password, role: 'admin' }],
    ['POST', '/sign-up/email', `{"name":"A","email":"a@example.com","password":"${password}","__proto__":{"role":1}}`],
    ['POST', '/sign-in/email', { email: ['a@example.com'], password }],
    ['POST', '/sign-in/email', { email: { $ne: '' }, password }],
    ['POST', '/sign-in/email', [1]],
    ['POST', '/sign-in/email', 'null'],
    ['POST', '/api-key/create', { name: 'x', configId: 'y' }],
    ['POST', '/api-key/create', { name: 'x', expiresIn: 1e308 }],
    ['POST', '/sign-out', { callbackURL: 'https://evil.example' }],
  ])('%s %s rejects unexpected input with 400', async (method, path, body?: unknown) => {
    const response = await call(method, path, body, { cookie: ada.cookie })
    expect(await problemOf(response)).toEqual([400, 'invalid_request'])
  })

  test('account routes never answer bad input with a 5xx', async () => {
    const eve = await signUp(goldfish.url)
    const values = [
      null,
      true,
      0,
      -1,
      1e308,
      '',
      ' ',
      'x',
      '\u0000',
      '\ud800',
      '\u202e\u2066',
      '𝕳'.repeat(500),
      'x'.repeat(5000),
      [],
      ['x'],
      {},
      { __proto__: null, a: 1 },
      '../../etc',
      "' or 1=1 --",
      '%00',
      'null',
      '__proto__',
      'constructor',
      '2026-01-01',
    ]
    const bodies: [string, string[]][] = [
      ['/sign-up/email', ['name', 'email', 'password', 'callbackURL']],
      ['/sign-in/email', ['email', 'password', 'callbackURL']],
      ['/change-password', ['currentPassword', 'newPassword', 'revokeOtherSessions']],
      ['/revoke-session', ['token']],
      ['/delete-user', ['password', 'token']],
      ['/request-password-reset', ['email', 'redirectTo']],
      ['/reset-password', ['newPassword', 'token']],
      ['/send-verification-email', ['email', 'callbackURL']],
      ['/verify-email', ['token', 'password']],
      ['/api-key/create', ['name', 'expiresIn', 'prefix']],
      ['/api-key/update', ['keyId', 'name', 'enabled', 'expiresIn']],
      ['/api-key/delete', ['keyId']],
    ]
    const good: Record<string, unknown> = {
      name: 'A',
      email: 'a@example.com',
      password: 'not the right password',
      currentPassword: 'not the right password',
      newPassword: 'another good long secret',
      token: 'x',
      keyId: 'x',
    }
    const findings: string[] = []
    const expectNoFault = async (input: string, response: Response) => {
      if (response.status >= 500) findings.push(`${input}: ${response.status} ${await response.text()}`)
    }
    for (const [path, fields] of bodies)
      for (const field of fields)
        for (const value of values) {
          const body = { ...Object.fromEntries(fields.map((name) => [name, good[name]])), [field]: value }
          await expectNoFault(
            `${path} ${field} ${JSON.stringify(value)}`,
            await call('POST', path, body, { cookie: eve.cookie }),
          )
        }
    const queries = ['/api-key/get?id=', '/reset-password/x?callbackURL=']
    for (const query of queries)
      for (const value of values.filter((one) => typeof one === 'string'))
        await expectNoFault(
          `${query}${value}`,
          await call('GET', `${query}${encodeURIComponent(value.toWellFormed())}`, undefined, { cookie: eve.cookie }),
        )
    expect(findings).toEqual([])
    expect((await call('POST', '/sign-out', '{')).status).toBe(400)
  })
})

describe('the origin check of writes', () => {
  const evil = 'https://evil.example'
  const write = (headers: Record<string, string>) =>
    fetch(`${goldfish.url}/api/preferences`, {
      method: 'PATCH',
      headers: { ...json, ...headers },
      body: '{"sendKey":"enter"}',
    })
  const otherCredentials: [string, Record<string, string>][] = [
    ['no other header', {}],
    ['a Basic header', { authorization: 'Basic eDp5' }],
    ['an empty Authorization header', { authorization: '' }],
    ['an Authorization header without a scheme', { authorization: 'garbage' }],
    ['a Bearer header without a token', { authorization: 'Bearer' }],
    ['an unsigned bearer', { authorization: 'Bearer garbage' }],
    ['a bearer with a wrong signature', { authorization: `Bearer ${'x'.repeat(32)}.${'A'.repeat(43)}=` }],
    ['an empty x-api-key header', { 'x-api-key': '' }],
    ['a malformed x-api-key header', { 'x-api-key': 'garbage' }],
    ['the Referer of this site', { referer: 'OWN/' }],
  ]

  test.each(otherCredentials)('a write with a cookie and %s must have the Origin of this site', async (_, more) => {
    const sent = Object.fromEntries(
      Object.entries(more).map(([name, value]) => [name, value.replace('OWN', goldfish.url)]),
    )
    for (const origin of [evil, 'null', `${goldfish.url}.evil.example`, null]) {
      const response = await write({ cookie: ada.cookie, ...sent, ...(origin !== null && { origin }) })
      expect(await problemOf(response), `${origin}`).toEqual([403, 'origin_mismatch'])
    }
    for (const site of ['cross-site', 'same-site'])
      expect((await write({ cookie: ada.cookie, ...sent, origin: goldfish.url, 'sec-fetch-site': site })).status).toBe(
        403,
      )
  })

  test('accepts a write with a cookie and the Origin of this site, also if a proxy adds a Basic header', async () => {
    expect((await write({ cookie: ada.cookie, origin: goldfish.url })).status).toBe(200)
    expect((await write({ cookie: ada.cookie, origin: goldfish.url, authorization: 'Basic eDp5' })).status).toBe(200)
  })

  test('a signed bearer needs no Origin and takes precedence over any cookie', async () => {
    const eve = await signUp(goldfish.url)
    const authorization = `Bearer ${ada.bearer}`
    expect((await write({ authorization })).status).toBe(200)
    expect((await write({ authorization, origin: evil })).status).toBe(200)
    expect((await write({ authorization, cookie: eve.cookie })).status).toBe(200)
    const session = await call('GET', '/get-session', undefined, { authorization, cookie: eve.cookie })
    expect((await session.json()).user.email).toBe(ada.email)
  })

  test('an unsigned token of another session, sent alongside a cookie, does not give access to that session', async () => {
    const eve = await signUp(goldfish.url)
    await ada.send({ conversationId: v7() }, 'Mine?')
    const [token] = ada.bearer.split('.')
    const headers = { authorization: `Bearer ${token}.x`, cookie: eve.cookie }
    const list = await (await fetch(`${goldfish.url}/api/conversations`, { headers })).json()
    expect(list.items).toEqual([])
  })

  test.each([
    ['/sign-in/email', { origin: evil }],
    ['/sign-in/email', { origin: 'null' }],
    ['/sign-in/email', { origin: 'OWN', 'sec-fetch-site': 'cross-site' }],
    ['/sign-up/email', { origin: evil, authorization: 'Basic eDp5' }],
    ['/sign-out', { origin: evil, cookie: 'COOKIE' }],
    ['/sign-out', { origin: '', referer: 'OWN/', cookie: 'COOKIE' }],
    ['/delete-user', { origin: evil, cookie: 'COOKIE', 'x-api-key': 'garbage' }],
  ] as [string, Record<string, string>][])('refuses POST %s with the headers %j', async (path, headers) => {
    const filled = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('OWN', goldfish.url).replace('COOKIE', ada.cookie),
    ])
    const body = path === '/sign-in/email' ? { email: ada.email, password } : {}
    const response = await call('POST', path, body, Object.fromEntries(filled))
    expect(await problemOf(response)).toEqual([403, 'origin_mismatch'])
    expect(response.headers.getSetCookie()).toEqual([])
    expect((await ada.fetch('/api/preferences')).status).toBe(200)
  })

  test('signs in a program that sends no Origin', async () => {
    const response = await fetch(`${goldfish.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email: ada.email, password }),
    })
    expect(response.status).toBe(200)
  })
})

describe('sessions older than 30 days', () => {
  const signUpWithOldSession = async () => {
    const person = await signUp(goldfish.url)
    await goldfish.sql(
      `update session set created_at = now() - interval '31 days', expires_at = now() + interval '1 day'
       where user_id = (select id from "user" where email = $1)`,
      [person.email],
    )
    return person
  }
  const rows = (email: string) =>
    goldfish.sql('select 1 from session s join "user" u on u.id = s.user_id where u.email = $1', [email])

  test.each([
    ['GET', '/api/auth/get-session'],
    ['GET', '/api/auth/list-sessions'],
    ['GET', '/api/auth/api-key/list'],
    ['GET', '/api/auth/api-key/get?id=x'],
    ['POST', '/api/auth/api-key/create', { name: 'x' }],
    ['POST', '/api/auth/api-key/update', { keyId: 'x', name: 'y' }],
    ['POST', '/api/auth/api-key/delete', { keyId: 'x' }],
    ['POST', '/api/auth/revoke-session', { token: 'x' }],
    ['POST', '/api/auth/revoke-other-sessions', {}],
    ['POST', '/api/auth/change-password', { currentPassword: password, newPassword: 'an entirely different secret' }],
    ['POST', '/api/auth/delete-user', { password }],
    ['GET', '/api/preferences'],
    ['GET', '/api/conversations'],
    ['GET', '/api/keys'],
  ])(
    '%s %s refuses a session older than 30 days, does not renew it and deletes its row',
    async (method, path, body?: object) => {
      for (const by of ['cookie', 'bearer'] as const) {
        const person = await signUpWithOldSession()
        const credential = by === 'cookie' ? { cookie: person.cookie } : { authorization: `Bearer ${person.bearer}` }
        const response = await fetch(`${goldfish.url}${path}`, {
          method,
          headers: { origin: goldfish.url, ...credential, ...(body && json) },
          ...(body && { body: JSON.stringify(body) }),
        })
        expect(await problemOf(response)).toEqual([401, 'unauthenticated'])
        expect(response.headers.get('set-auth-token')).toBeNull()
        expect(response.headers.getSetCookie()).toEqual([])
        expect(await rows(person.email)).toEqual([])
        expect(await goldfish.sql('select 1 from "user" where email = $1', [person.email])).toHaveLength(1)
      }
    },
  )

  test('a page redirects a session older than 30 days to sign-in and deletes its row', async () => {
    const person = await signUpWithOldSession()
    const page = await person.fetch('/', { redirect: 'manual' })
    expect(page.headers.get('location') ?? (await page.text())).toContain('/sign-in')
    expect(await rows(person.email)).toEqual([])
  })

  test('a cookie of a session older than 30 days does not prevent a new sign-in', async () => {
    const person = await signUpWithOldSession()
    const response = await call('POST', '/sign-in/email', { email: person.email, password }, { cookie: person.cookie })
    expect(response.status).toBe(200)
    expect(await rows(person.email)).toHaveLength(1)
  })

  test('the list of sessions omits a session of another device that is older than 30 days', async () => {
    const person = await signUp(goldfish.url)
    await call('POST', '/sign-in/email', { email: person.email, password })
    const [token] = person.bearer.split('.')
    await goldfish.sql(
      `update session set created_at = now() - interval '31 days'
       where token <> $1 and user_id = (select id from "user" where email = $2)`,
      [token, person.email],
    )
    expect(await (await person.fetch('/api/auth/list-sessions')).json()).toHaveLength(1)
  })
})

describe('the bearer in set-auth-token', () => {
  const signIn = (headers: Record<string, string>) =>
    call('POST', '/sign-in/email', { email: ada.email, password }, headers)

  test('a program receives a bearer in set-auth-token when it signs in', async () => {
    const response = await signIn({})
    const bearer = response.headers.get('set-auth-token') ?? ''
    expect(
      (await fetch(`${goldfish.url}/api/preferences`, { headers: { authorization: `Bearer ${bearer}` } })).status,
    ).toBe(200)
  })

  test.each([
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-dest', 'empty'],
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'],
    ['cookie', 'anything=1'],
  ])('a sign-in with the header %s: %s receives no set-auth-token', async (name, value) => {
    const response = await signIn({ [name]: value })
    expect(response.status).toBe(200)
    expect(response.headers.get('set-auth-token')).toBeNull()
    expect(response.headers.get('access-control-expose-headers')).toBeNull()
  })

  test('renewing a session sends no set-auth-token, neither for a cookie nor for a bearer', async () => {
    const person = await signUp(goldfish.url)
    for (const credential of [{ cookie: person.cookie }, { authorization: `Bearer ${person.bearer}` }]) {
      await goldfish.sql(
        `update session set expires_at = now() + interval '1 day' where user_id = (select id from "user" where email = $1)`,
        [person.email],
      )
      const response = await call('GET', '/get-session', undefined, credential)
      expect(response.headers.getSetCookie()).not.toEqual([])
      expect(response.headers.get('set-auth-token')).toBeNull()
    }
  })

  test('a password change with a cookie does not reveal the bearer of the new session', async () => {
    const person = await signUp(goldfish.url)
    const body = { currentPassword: password, newPassword: 'an entirely different secret' }
    const response = await call('POST', '/change-password', body, { cookie: person.cookie })
    expect([response.status, response.headers.get('set-auth-token')]).toEqual([200, null])
    const { token } = await response.json()
    const raw = await fetch(`${goldfish.url}/api/preferences`, { headers: { authorization: `Bearer ${token}` } })
    expect(raw.status).toBe(401)
  })
})

describe('passwords', () => {
  test.each([
    ['aaaaaaaaaaaa', 'PASSWORD_TOO_PREDICTABLE'],
    ['goldfishgoldfish', 'PASSWORD_TOO_PERSONAL'],
    ['ada.king@example.com', 'PASSWORD_TOO_PERSONAL'],
    ['AdaKing-1815', 'PASSWORD_TOO_PERSONAL'],
  ])('the password %s is refused at sign-up, at a change and at a reset', async (weak, code) => {
    const person = await signUp(goldfish.url)
    const codeOf = async (response: Response) => [response.status, (await response.json()).code]
    const fields = { name: 'Ada King', email: 'ada.king@example.com', password: weak }
    expect(await codeOf(await call('POST', '/sign-up/email', fields))).toEqual([400, code])
    await goldfish.sql(`update "user" set name = 'Ada King' where email = $1`, [person.email])
    const own = weak.includes('@') ? person.email : weak
    const change = { currentPassword: password, newPassword: own }
    expect(await codeOf(await call('POST', '/change-password', change, { cookie: person.cookie }))).toEqual([400, code])
    const token = v7()
    await goldfish.sql(
      `insert into verification (id, identifier, value, expires_at)
       select $1, 'reset-password:' || $1, id, now() + interval '1 hour' from "user" where email = $2`,
      [token, person.email],
    )
    expect(await codeOf(await call('POST', '/reset-password', { newPassword: own, token }))).toEqual([400, code])
    expect((await call('POST', '/sign-in/email', { email: person.email, password })).status).toBe(200)
  })
})

test('the log contains sign-ins with hashes of the account and the network, but no personal data', async () => {
  const log = goldfish.instances[0]
  const before = log?.output().length ?? 0
  const email = `${v7()}@example.com`
  for (const _ of [1, 2]) await call('POST', '/sign-in/email', { email, password: 'not the right password' })
  await call('POST', '/sign-in/email', { email: ada.email, password })
  await call('GET', `/no-such-path-${v7()}?token=a-secret`)
  await ada.fetch('/api/auth/get-session')
  await expect.poll(() => log?.output().slice(before)).toContain('get-session')
  const text = log?.output().slice(before) ?? ''
  const lines = text
    .split('\n')
    .filter((line) => line.includes('/api/auth'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const hash = expect.stringMatching(/^[A-Za-z0-9_-]{12}$/)
  const failed = { route: 'POST /api/auth/sign-in/email', status: 401, code: 'invalid_email_or_password' }
  expect(lines).toMatchObject([
    { ...failed, account: hash, network: hash },
    { ...failed, account: hash, network: hash },
    { route: 'POST /api/auth/sign-in/email', status: 200, account: hash, network: hash, user: hash },
    { route: 'GET /api/auth', status: 404, code: 'not_found' },
    { route: 'GET /api/auth/get-session', status: 200, user: hash },
  ])
  expect(lines[0]?.account).toBe(lines[1]?.account)
  expect(lines[0]?.account).not.toBe(lines[2]?.account)
  expect(text).not.toMatch(/@example\.com|no-such-path|a-secret|127\.0\.0|not the right/)
})

test('an API key cannot create another key, even if it is sent alongside a cookie', async () => {
  const { key } = await makeKey(ada, ['chat'])
  const response = await call('POST', '/api-key/create', { name: 'x' }, { cookie: ada.cookie, 'x-api-key': key })
  expect(response.status).toBe(401)
})
