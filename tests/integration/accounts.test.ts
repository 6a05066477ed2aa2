/**
 * Tests accounts that an attacker registered with the address of another person. The owner must be able to recover the
 * account, and the attacker must lose all access.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resetPassword as resetByOperator } from '@/scripts/launcher/reset-password.mjs'
import { watchStream } from '@/tests/chaos/watch-stream'
import { startAppInstance } from '@/tests/services/app-instance'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type MailServer, startMailServer } from '@/tests/services/mail-server'
import { type Person, personAt, userMessage } from './chat-client'
import { keyFetch, makeKey, postKey } from './key-client'

const attackerPassword = 'the password of an attacker'
const victimPassword = 'the password of the victim'

const post = (url: string, origin: string, path: string, body: object) =>
  fetch(`${url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })
const personOf = (url: string, origin: string, email: string, response: Response): Person =>
  personAt(
    url,
    {
      email,
      cookie: response.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
      bearer: '',
    },
    origin,
  )
const findLink = (text: string, start: string) => text.split('\n').find((line) => line.startsWith(start)) ?? ''
const keyStatus = async (url: string, key: string) => (await keyFetch(url, key)('/api/models')).status

let email: string
beforeEach(() => {
  email = `${v7()}@example.com`
})

describe('accounts with mail', () => {
  let mailServer: MailServer
  let goldfish: Goldfish
  beforeAll(async () => {
    mailServer = await startMailServer()
    goldfish = await startGoldfish({ instances: 2, env: { SMTP_URL: mailServer.url } })
  })
  afterAll(async () => {
    await goldfish?.stop()
    await mailServer.stop()
  })

  const call = (path: string, body: object) => post(goldfish.url, goldfish.url, path, body)
  const signUp = (password: string) => call('/sign-up/email', { name: 'Ada', email, password })
  const signIn = (password: string) => call('/sign-in/email', { email, password })
  const mails = () => mailServer.received.filter(({ to }) => to === email)
  const waitForMail = async (count: number) => {
    await expect.poll(() => mails().length).toBe(count)
    return mails().at(-1)?.text ?? ''
  }
  /** Requests a reset, waits for `mailCount` mails in total, and sets the password with the link in the last one. */
  const resetByMail = async (password: string, mailCount: number) => {
    expect((await call('/request-password-reset', { email })).status).toBe(200)
    const text = await waitForMail(mailCount)
    const opened = await fetch(findLink(text, `${goldfish.url}/api/auth/reset-password/`))
    expect([opened.status, new URL(opened.url).pathname]).toEqual([200, '/reset-password'])
    const token = new URL(opened.url).searchParams.get('token')
    return call('/reset-password', { token, newPassword: password })
  }

  test('an attacker who registers the address first gets no session and no key, and the owner recovers the account', async () => {
    const attempt = await signUp(attackerPassword)
    expect([attempt.status, attempt.headers.getSetCookie()]).toEqual([200, []])
    const attacker = personOf(goldfish.url, goldfish.url, email, attempt)
    expect((await postKey(attacker, { name: 'x', scopes: ['chat'], expiresInDays: null })).status).toBe(401)
    expect((await signIn(attackerPassword)).status).toBe(403)

    const link = findLink(await waitForMail(1), `${goldfish.url}/verify-email`)
    expect((await fetch(link)).status).toBe(200)
    expect((await signIn(attackerPassword)).status).toBe(403)
    const token = new URL(link).searchParams.get('token')
    expect((await call('/verify-email', { token, password: victimPassword })).status).toBe(400)

    const own = await signUp(victimPassword)
    expect([own.status, Object.keys(await own.json())]).toEqual([200, Object.keys(await attempt.json())])
    await waitForMail(2)
    expect((await resetByMail(victimPassword, 3)).status).toBe(200)
    expect((await signIn(attackerPassword)).status).toBe(401)
    const signedIn = await signIn(victimPassword)
    const victim = personOf(goldfish.url, goldfish.url, email, signedIn)
    expect((await victim.send({ conversationId: v7() }, 'My secret question')).status).toBe(200)
    expect((await call('/verify-email', { token, password: attackerPassword })).status).toBe(400)
  })

  test('a session and a key from before mail was configured stop working, and a reset by the owner revokes them', async () => {
    const before = await startAppInstance({ ...goldfish.env, SMTP_URL: '' })
    try {
      const made = await post(before.url, goldfish.url, '/sign-up/email', {
        name: 'Ada',
        email,
        password: attackerPassword,
      })
      const attacker = personOf(before.url, goldfish.url, email, made)
      const { key } = await makeKey(attacker, ['chat'])
      expect(await keyStatus(before.url, key)).toBe(200)

      const withMail = personAt(goldfish.url, attacker)
      expect([await keyStatus(goldfish.url, key), (await withMail.fetch('/api/conversations')).status]).toEqual([
        401, 401,
      ])
      expect((await postKey(withMail, { name: 'x', scopes: ['chat'], expiresInDays: null })).status).toBe(401)
      const page = await withMail.fetch('/', { redirect: 'manual' })
      expect(page.headers.get('location') ?? (await page.text())).toContain('/sign-in')

      expect((await resetByMail(victimPassword, 1)).status).toBe(200)
      for (const url of [before.url, goldfish.url]) {
        const session = await personAt(url, attacker, goldfish.url).fetch('/api/conversations')
        expect([await keyStatus(url, key), session.status]).toEqual([401, 401])
      }
    } finally {
      await before.kill()
    }
  })

  test('account routes respond without waiting for the mail server', async () => {
    const release = mailServer.holdAnswers()
    try {
      expect((await signUp(victimPassword)).status).toBe(200)
      expect((await call('/send-verification-email', { email })).status).toBe(200)
      expect((await call('/request-password-reset', { email })).status).toBe(200)
      expect(mails()).toEqual([])
    } finally {
      release()
    }
    await waitForMail(3)
  })

  test('a sign-up with an invalid name returns an error that contains the field', async () => {
    const response = await call('/sign-up/email', { name: 'Ada\u202eB', email, password: victimPassword })
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ path: 'name' }] })
    expect(await goldfish.sql('select 1 from "user" where email = $1', [email])).toEqual([])
  })
})

describe('accounts without mail', () => {
  let goldfish: Goldfish
  beforeAll(async () => {
    goldfish = await startGoldfish({ instances: 2 })
  })
  afterAll(() => goldfish?.stop())

  test('a password reset by the operator ends the sessions, keys and open streams of an attacker', async () => {
    const call = (path: string, body: object) => post(goldfish.url, goldfish.url, path, body)
    const made = await call('/sign-up/email', { name: 'Ada', email, password: attackerPassword })
    const attacker = personOf(goldfish.url, goldfish.url, email, made)
    const { key } = await makeKey(attacker, ['chat'])
    const refused = await call('/sign-up/email', { name: 'Ada', email, password: victimPassword })
    expect([refused.status, (await refused.json()).code]).toEqual([422, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'])
    const sent = await keyFetch(goldfish.url, key)('/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        conversationId: v7(),
        message: userMessage('[stub:tokens=1500] [stub:gap=20] A long one'),
      }),
    })
    expect(sent.status).toBe(200)
    const stream = watchStream(sent)
    await expect.poll(() => goldfish.stub.log()[0]?.tokensSent ?? 0).toBeGreaterThan(20)

    const password = await resetByOperator(goldfish.databaseUrl, email)
    expect((await stream).end).toBe('cut')
    expect([await keyStatus(goldfish.url, key), (await attacker.fetch('/api/conversations')).status]).toEqual([
      401, 401,
    ])
    expect((await call('/sign-in/email', { email, password: attackerPassword })).status).toBe(401)
    const victim = personOf(
      goldfish.url,
      goldfish.url,
      email,
      await call('/sign-in/email', { email, password: password ?? '' }),
    )
    expect((await victim.fetch('/api/keys')).status).toBe(200)
    expect(await (await victim.fetch('/api/keys')).json()).toMatchObject({ items: [] })
  })
})
