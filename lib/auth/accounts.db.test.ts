/** Tests passwords, addresses and mails with better-auth in the product's configuration. */
import { globSync, readFileSync } from 'node:fs'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseEnvironment } from '@/lib/env'
import type { UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { resetPassword as resetByOperator } from '@/scripts/launcher/reset-password.mjs'
import { type MailServer, startMailServer } from '@/tests/services/mail-server'
import { testDatabase } from '@/tests/services/test-database'
import { type Auth, createAuth } from './create-auth'
import { createVerifyToken } from './email-token'
import { findKey, hashKey } from './find-key'
import { createKey } from './manage-keys'

const { db, sql, url } = await testDatabase()
const site = 'https://chat.example.com'
const password = 'correct horse battery staple'
const otherPassword = 'an entirely different secret'

let mailServer: MailServer
beforeAll(async () => {
  mailServer = await startMailServer()
})
afterAll(() => mailServer.stop())

/** Work that the product runs after its responses. `settle` waits for it. */
const pendingWork: Promise<void>[] = []
const settle = async () => {
  while (pendingWork.length > 0) await pendingWork.shift()
}

function authWith(smtpUrl: string | undefined): Auth {
  const env = parseEnvironment({
    DATABASE_URL: url,
    BETTER_AUTH_SECRET: 'a-secret-of-more-than-thirty-two-characters',
    BETTER_AUTH_URL: site,
    CHAT_MODEL: 'offline',
    SMTP_URL: smtpUrl,
  })
  return createAuth(
    {
      db,
      log: createLog('silent'),
      waitUntil: (work) => void pendingWork.push(new Promise((resolve) => setImmediate(resolve)).then(work)),
    },
    env,
  )
}

const post = (auth: Auth, path: string, body: object, headers: Record<string, string> = {}) =>
  auth.handler(
    new Request(`${site}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: site, ...headers },
      body: JSON.stringify(body),
    }),
  )
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
const asBearer = (cookie: string) => ({
  authorization: `Bearer ${decodeURIComponent(cookie.split('session_token=')[1] ?? '')}`,
})
const signUp = (auth: Auth, email: string, secret = password) =>
  post(auth, '/sign-up/email', { name: 'Ada', email, password: secret })
const signIn = (auth: Auth, email: string, secret = password) =>
  post(auth, '/sign-in/email', { email, password: secret })
const idOf = async (email: string) =>
  (await sql<{ id: UserId }>('select id from "user" where email = $1', [email]))[0]?.id as UserId
const count = async (table: string, column: string, value: string) =>
  Number((await sql<{ n: string }>(`select count(*) as n from ${table} where ${column} = $1`, [value]))[0]?.n)
const makeKey = async (userId: UserId) =>
  (await createKey(db, userId, { name: 'x', scopes: ['chat'], expiresInDays: null }, async () => true)).key
const mailsTo = (email: string) => mailServer.received.filter(({ to }) => to === email)
const lastMailTo = (email: string) => mailsTo(email).at(-1)
const linkIn = (text: string, path: string) =>
  new URL(text.split('\n').find((line) => line.startsWith(`${site}${path}`)) ?? 'http://no.link/')
const resetTokenIn = (text: string) => linkIn(text, '/api/auth/reset-password/').pathname.split('/').at(-1) ?? ''
const verifyTokenIn = (text: string) => linkIn(text, '/verify-email').searchParams.get('token') ?? ''

/** Counts the passwords that are hashed while `act` runs. */
async function hashesOf(auth: Auth, act: () => Promise<unknown>): Promise<number> {
  const context = await auth.$context
  const { hash } = context.password
  let count = 0
  context.password.hash = (secret) => {
    count += 1
    return hash(secret)
  }
  await act()
  context.password.hash = hash
  return count
}

let email: string
beforeEach(() => {
  email = `${v7()}@example.com`
})

describe('createAuth with mail', () => {
  let auth: Auth
  beforeAll(() => {
    auth = authWith(mailServer.url)
  })

  /** Creates an account with a confirmed address. */
  async function joinAs(address: string): Promise<UserId> {
    await signUp(auth, address)
    await settle()
    const response = await post(auth, '/verify-email', {
      token: verifyTokenIn(lastMailTo(address)?.text ?? ''),
      password,
    })
    expect(response.status).toBe(200)
    return idOf(address)
  }
  async function requestReset(address: string): Promise<string> {
    expect((await post(auth, '/request-password-reset', { email: address })).status).toBe(200)
    await settle()
    return resetTokenIn(lastMailTo(address)?.text ?? '')
  }

  test('creates a session when the mailed link is opened with the password, but not at sign-up', async () => {
    const response = await signUp(auth, email)
    expect([response.status, (await response.json()).token, cookieOf(response)]).toEqual([200, null, ''])
    const refused = await signIn(auth, email)
    expect([refused.status, (await refused.json()).code, cookieOf(refused)]).toEqual([403, 'EMAIL_NOT_VERIFIED', ''])
    await settle()
    const token = verifyTokenIn(lastMailTo(email)?.text ?? '')
    const wrong = await post(auth, '/verify-email', { token, password: otherPassword })
    expect([wrong.status, (await wrong.json()).code]).toEqual([400, 'INVALID_PASSWORD'])
    const right = await post(auth, '/verify-email', { token, password })
    expect([right.status, cookieOf(right)]).toEqual([200, expect.stringContaining('session_token')])
    expect((await signIn(auth, email)).status).toBe(200)
    const again = await post(auth, '/verify-email', { token, password })
    expect([again.status, (await again.json()).code]).toEqual([400, 'INVALID_TOKEN'])
  })

  test('rejects a wrong password for an unverified address like an unknown address', async () => {
    await signUp(auth, email)
    const [known, unknown] = [await signIn(auth, email, otherPassword), await signIn(auth, `x${email}`, otherPassword)]
    expect([known.status, await known.json()]).toEqual([unknown.status, await unknown.json()])
  })

  test('does not confirm an address when the link is opened without the password', async () => {
    await signUp(auth, email)
    await settle()
    const token = verifyTokenIn(lastMailTo(email)?.text ?? '')
    const response = await auth.handler(new Request(`${site}/api/auth/verify-email?token=${token}`))
    expect(response.status).toBe(404)
    expect((await signIn(auth, email)).status).toBe(403)
  })

  test('resends the confirmation mail only to unverified addresses, with one response for all', async () => {
    await signUp(auth, email)
    await joinAs(`known-${email}`)
    await settle()
    const mailCounts = () => [email, `known-${email}`, `unknown-${email}`].map((address) => mailsTo(address).length)
    expect(mailCounts()).toEqual([1, 1, 0])
    const answers = []
    for (const address of [email, `known-${email}`, `unknown-${email}`]) {
      const response = await post(auth, '/send-verification-email', { email: address })
      answers.push([response.status, await response.json()])
    }
    await settle()
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(mailCounts()).toEqual([2, 1, 0])
  })

  test('responds alike to sign-ups with known and unknown addresses, and hashes one password each', async () => {
    await joinAs(email)
    const answers: { status: number; body: Record<string, unknown>; headers: string[] }[] = []
    const signUpAt = (address: string) => async () => {
      const response = await signUp(auth, address)
      answers.push({ status: response.status, body: await response.json(), headers: [...response.headers.keys()] })
    }
    const hashes = [await hashesOf(auth, signUpAt(email)), await hashesOf(auth, signUpAt(`new-${email}`))]
    expect(hashes).toEqual([1, 1])
    const shapes = answers.map(({ status, body, headers }) => ({
      status,
      headers,
      body: JSON.stringify(body, (key, value) =>
        ['id', 'email', 'createdAt', 'updatedAt'].includes(key) ? `${typeof value} of ${String(value).length}` : value,
      ).replaceAll(`string of ${email.length + 4}`, `string of ${email.length}`),
    }))
    expect(shapes[0]).toEqual(shapes[1])
    await settle()
    expect(lastMailTo(email)?.subject).toBe('You already have an account on chat.example.com')
    expect(lastMailTo(`new-${email}`)?.subject).toBe('Confirm your email address for chat.example.com')
  })

  test('gives concurrent sign-ups with one address the same response', async () => {
    const responses = await Promise.all([signUp(auth, email), signUp(auth, email), signUp(auth, email)])
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await count('"user"', 'email', email)).toBe(1)
  })

  test('never waits for the mail server before a response', async () => {
    await joinAs(email)
    const release = mailServer.holdAnswers()
    const responses = [
      await post(auth, '/request-password-reset', { email }),
      await signUp(auth, email),
      await signUp(auth, `new-${email}`),
      await post(auth, '/send-verification-email', { email: `new-${email}` }),
    ]
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const before = mailServer.received.length
    release()
    await settle()
    expect(mailServer.received.length).toBe(before + 4)
  })

  test('retries a failed mail once, and does not change the response after a second failure', async () => {
    await joinAs(email)
    const before = mailsTo(email).length
    mailServer.refuseNext(1)
    expect(await requestReset(email)).not.toBe('')
    expect(mailsTo(email).length).toBe(before + 1)
    const attempts = mailServer.attempts()
    mailServer.refuseNext(2)
    expect((await post(auth, '/request-password-reset', { email })).status).toBe(200)
    await settle()
    expect([mailServer.attempts() - attempts, mailsTo(email).length]).toEqual([2, before + 1])
  })

  test('writes mails with the name of the site and without text of a user', async () => {
    const bait = 'Verify your card at evil.example'
    const signUpAs = (address: string) =>
      post(auth, '/sign-up/email', { name: bait, email: address, password, callbackURL: '/?evil.example' })
    await signUpAs(email)
    await settle()
    await post(auth, '/verify-email', { token: verifyTokenIn(lastMailTo(email)?.text ?? ''), password })
    await signUpAs(email)
    await post(auth, '/request-password-reset', { email, redirectTo: '/reset-password?note=evil.example' })
    await settle()
    const token = resetTokenIn(lastMailTo(email)?.text ?? '')
    expect((await post(auth, '/reset-password', { token, newPassword: otherPassword })).status).toBe(200)
    const cookie = cookieOf(await signIn(auth, email, otherPassword))
    await post(auth, '/change-password', { currentPassword: otherPassword, newPassword: password }, { cookie })
    await settle()
    const mails = mailsTo(email)
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Confirm your email address for chat.example.com',
      expect.any(String),
      expect.any(String),
      'Your password for chat.example.com was changed',
      'Your password for chat.example.com was changed',
    ])
    for (const { subject, text, headers } of mails) {
      expect(`${headers}${text}`).not.toContain('evil')
      expect(`${headers}${text}`).not.toContain('card')
      expect([subject, text].every((part) => part.includes('chat.example.com'))).toBe(true)
      expect(headers).toMatch(/content-type: text\/plain/i)
    }
  })

  test('writes mails in the language that the recipient has chosen, otherwise in that of the browser', async () => {
    const userId = await joinAs(email)
    const request = () =>
      post(auth, '/request-password-reset', { email }, { 'accept-language': 'de-AT,en;q=0.5', cookie: '' })
    await request()
    await settle()
    expect(lastMailTo(email)?.subject).toBe('Setze dein Passwort für chat.example.com zurück')
    await sql(`insert into preference (user_id, language) values ($1, 'ar')`, [userId])
    await request()
    await settle()
    expect(lastMailTo(email)?.subject).toBe('أعد تعيين كلمة مرورك على chat.example.com')
  })

  test('ends all sessions, API keys and other tokens at a reset, and verifies the address', async () => {
    await signUp(auth, email)
    const userId = await idOf(email)
    await settle()
    const verifyToken = verifyTokenIn(lastMailTo(email)?.text ?? '')
    const key = await makeKey(userId)
    const tokens = [await requestReset(email), await requestReset(email)]
    const context = await auth.$context
    await context.internalAdapter.createSession(userId)
    expect((await post(auth, '/reset-password', { token: tokens[0], newPassword: otherPassword })).status).toBe(200)
    expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toBeNull()
    expect([
      await count('session', 'user_id', userId),
      await count('apikey', 'reference_id', userId),
      await count('verification', 'value', userId),
    ]).toEqual([0, 0, 0])
    const second = await post(auth, '/reset-password', { token: tokens[1], newPassword: password })
    expect([second.status, (await second.json()).code]).toEqual([400, 'INVALID_TOKEN'])
    expect((await post(auth, '/verify-email', { token: verifyToken, password: otherPassword })).status).toBe(400)
    expect((await signIn(auth, email, otherPassword)).status).toBe(200)
    await settle()
    expect(lastMailTo(email)?.text).toContain('all your API keys were revoked')
  })

  test('keeps the sessions, the API keys and the token if a reset is rejected', async () => {
    const userId = await joinAs(email)
    await makeKey(userId)
    const token = await requestReset(email)
    for (const newPassword of ['too short', 'x'.repeat(129), 'qwertyuiop123'])
      expect((await post(auth, '/reset-password', { token, newPassword })).status).toBe(400)
    expect([await count('session', 'user_id', userId), await count('apikey', 'reference_id', userId)]).toEqual([1, 1])
    expect((await post(auth, '/reset-password', { token, newPassword: otherPassword })).status).toBe(200)
  })

  test('rolls back the password and the credentials if a reset fails midway', async () => {
    const userId = await joinAs(email)
    await makeKey(userId)
    const token = await requestReset(email)
    await sql(`create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$`)
    await sql(`create trigger refuse before delete on session for each row execute function refuse()`)
    await expect(post(auth, '/reset-password', { token, newPassword: otherPassword })).rejects.toThrow()
    await sql('drop trigger refuse on session; drop function refuse()')
    expect([await count('session', 'user_id', userId), await count('apikey', 'reference_id', userId)]).toEqual([1, 1])
    expect((await signIn(auth, email, otherPassword)).status).toBe(401)
    expect((await post(auth, '/reset-password', { token, newPassword: otherPassword })).status).toBe(200)
  })

  test.each([
    ['/change-password', { currentPassword: password, newPassword: otherPassword }],
    ['/revoke-sessions', {}],
    ['/revoke-other-sessions', {}],
  ])('%s revokes the mailed tokens and keeps the API keys', async (path, body) => {
    const userId = await joinAs(email)
    const key = await makeKey(userId)
    const token = await requestReset(email)
    expect((await post(auth, path, body, asBearer(cookieOf(await signIn(auth, email))))).status).toBe(200)
    expect((await post(auth, '/reset-password', { token, newPassword: password })).status).toBe(400)
    expect(await findKey(db, hashKey(key), { verifiedOnly: true })).toMatchObject({ userId })
  })

  test('keeps the mailed tokens if a password change is rejected', async () => {
    const userId = await joinAs(email)
    await requestReset(email)
    const cookie = cookieOf(await signIn(auth, email))
    const body = { currentPassword: 'not the right password', newPassword: otherPassword }
    expect((await post(auth, '/change-password', body, { cookie })).status).toBe(400)
    expect(await count('verification', 'value', userId)).toBe(1)
  })

  test('stores mailed tokens as hashes', async () => {
    await signUp(auth, email)
    await settle()
    const tokens = [verifyTokenIn(lastMailTo(email)?.text ?? ''), await requestReset(email)]
    const rows = await sql('select identifier, value from verification where value = $1', [await idOf(email)])
    expect(rows).toHaveLength(2)
    for (const token of tokens) expect([token.length > 20, JSON.stringify(rows).includes(token)]).toEqual([true, false])
  })

  test('rejects an expired confirmation token', async () => {
    await signUp(auth, email)
    const userId = await idOf(email)
    const token = await createVerifyToken(db, userId)
    await sql(`update verification set expires_at = now() - interval '1 ms' where value = $1`, [userId])
    expect((await post(auth, '/verify-email', { token, password })).status).toBe(400)
  })

  test('rejects sessions and keys from before mail was configured until the address is confirmed', async () => {
    const withoutMail = authWith(undefined)
    const cookie = cookieOf(await signUp(withoutMail, email))
    const userId = await idOf(email)
    const key = await makeKey(userId)
    expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toMatchObject({ userId })
    expect(await findKey(db, hashKey(key), { verifiedOnly: true })).toBeNull()
    const headers = new Headers({ cookie })
    expect(await withoutMail.api.getSession({ headers })).toMatchObject({ user: { id: userId } })
    expect(await auth.api.getSession({ headers })).toBeNull()
    for (const credentials of [{ cookie }, asBearer(cookie)])
      for (const [path, body] of [
        ['/change-password', { currentPassword: password, newPassword: otherPassword }],
        ['/update-user', { name: 'Eve' }],
        ['/api-key/create', { name: 'x' }],
        ['/delete-user', { password }],
      ] as const)
        expect([path, (await post(auth, path, body, credentials)).status]).toEqual([path, 403])
    const token = await createVerifyToken(db, userId)
    expect((await post(auth, '/verify-email', { token, password })).status).toBe(200)
    expect(await auth.api.getSession({ headers })).toMatchObject({ user: { id: userId } })
    expect(await findKey(db, hashKey(key), { verifiedOnly: true })).toMatchObject({ userId })
  })
})

describe('createAuth without mail', () => {
  let auth: Auth
  beforeAll(() => {
    auth = authWith(undefined)
  })

  test('signs in at sign-up, and reports a known address after the same work', async () => {
    const hashes = [
      await hashesOf(auth, async () => {
        const response = await signUp(auth, email)
        expect([response.status, cookieOf(response)]).toEqual([200, expect.stringContaining('session_token')])
      }),
      await hashesOf(auth, async () => {
        const response = await signUp(auth, email)
        expect([response.status, (await response.json()).code]).toEqual([422, expect.stringMatching(/^USER_ALREADY/)])
      }),
    ]
    expect(hashes).toEqual([1, 1])
  })

  test('ends all sessions, API keys and tokens when the operator resets a password', async () => {
    const cookie = cookieOf(await signUp(auth, email))
    const userId = await idOf(email)
    const key = await makeKey(userId)
    await createVerifyToken(db, userId)
    const made = await resetByOperator(url, email.toUpperCase())
    expect(await auth.api.getSession({ headers: new Headers({ cookie }) })).toBeNull()
    expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toBeNull()
    expect(await count('verification', 'value', userId)).toBe(0)
    expect((await signIn(auth, email)).status).toBe(401)
    expect((await signIn(auth, email, made ?? '')).status).toBe(200)
  })

  test('changes nothing when the operator resets the password of an unknown address', async () => {
    expect(await resetByOperator(url, email)).toBeNull()
  })

  test('creates no session for a password that a concurrent reset replaces', async () => {
    await signUp(auth, email)
    const userId = await idOf(email)
    const context = await auth.$context
    const { verify } = context.password
    context.password.verify = async (candidate) => {
      const isRight = await verify(candidate)
      context.password.verify = verify
      await resetByOperator(url, email)
      return isRight
    }
    expect((await signIn(auth, email)).status).toBe(401)
    expect(await count('session', 'user_id', userId)).toBe(0)
  })

  test('creates no API key for a session that a concurrent reset ends', async () => {
    const cookie = cookieOf(await signUp(auth, email))
    const userId = await idOf(email)
    const isSignedIn = async () => (await auth.api.getSession({ headers: new Headers({ cookie }) })) !== null
    await resetByOperator(url, email)
    const request = { name: 'x', scopes: ['chat' as const], expiresInDays: null }
    await expect(createKey(db, userId, request, isSignedIn)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await count('apikey', 'reference_id', userId)).toBe(0)
  })

  test.each([
    ['/sign-up/email', 'a right-to-left override', 'Ada\u202eB'],
    ['/sign-up/email', 'two lines', 'Ada\n\nyour account is suspended'],
    ['/sign-up/email', '81 characters', 'a'.repeat(81)],
    ['/update-user', 'a zero-width space', 'Ada\u200bB'],
    ['/update-user', 'only spaces', '  '],
    ['/api-key/create', 'an isolate', 'x\u2067y'],
  ])('%s rejects a name with %s', async (path, _, name) => {
    const cookie = cookieOf(await signUp(auth, email))
    const body = path === '/sign-up/email' ? { name, email: `x${email}`, password } : { name }
    await expect(post(auth, path, body, { cookie })).rejects.toMatchObject({
      code: 'invalid_request',
      details: { fields: [{ path: 'name' }] },
    })
    expect(await count('"user"', 'email', `x${email}`)).toBe(0)
  })

  test('treats accounts from before the email verification migration as confirmed', async () => {
    await signUp(auth, email)
    const [file = ''] = globSync('db/migrations/*_email-verification.sql')
    for (const statement of readFileSync(file, 'utf8').split('--> statement-breakpoint'))
      if (/^\s*update/i.test(statement)) await sql(statement)
    expect(await sql('select email_verified from "user" where email = $1', [email])).toEqual([{ email_verified: true }])
  })

  test('stores names trimmed and in NFC', async () => {
    await post(auth, '/sign-up/email', { name: '  Zoe\u0308  L. ', email, password })
    expect(await sql('select name from "user" where email = $1', [email])).toEqual([{ name: 'Zo\u00eb L.' }])
  })
})
