/**
 * A shared cache in front of the app must never store a response with a user's data, or a page that contains a nonce.
 * These tests request all routes and pages with and without a session and check their caching headers.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callsOfAllRoutes, cronSecret, routesOfSource } from '@/tests/chaos/routes'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
let anonymous: Person
const conversationId = v7()
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { CRON_SECRET: cronSecret } })
  ada = await signUp(goldfish.url)
  anonymous = personAt(goldfish.url, { email: '', cookie: '', bearer: '' })
  await ada.send({ conversationId }, 'What is a goldfish?')
})
afterAll(() => goldfish?.stop())

/**
 * Returns `no` if a shared cache must not store the response (RFC 9111), otherwise the response's cache-control value.
 */
const sharedCaching = (response: Response): string => {
  const value = response.headers.get('cache-control') ?? ''
  return /(^|,\s*)no-store\b/.test(value) ? 'no' : value || 'unspecified'
}
const privately = 'private, no-store'

async function get(person: Person, path: string, init: RequestInit = {}) {
  const response = await person.fetch(path, { redirect: 'manual', ...init })
  return { response, body: await response.text() }
}

describe('every route of the API', () => {
  test('the calls of these tests cover every route of the API', () => {
    const calledRoutes = new Set(callsOfAllRoutes().map(({ route }) => route))
    expect(routesOfSource().filter((route) => !calledRoutes.has(route))).toEqual([])
  })

  // The timeout is long because about 45 passwords are hashed one after the other.
  test.each(['signed in', 'anonymous'])(
    'every route forbids shared caches to store its response to a client that is %s',
    { timeout: 120_000 },
    async (client) => {
      const findings: string[] = []
      for (const { route, send } of callsOfAllRoutes()) {
        // One of the routes signs the user out, so each call is made by another user.
        const response = await send(client === 'anonymous' ? anonymous : await signUp(goldfish.url))
        await response.arrayBuffer()
        const value = response.headers.get('cache-control')
        // Responses to a scheduler or a load balancer contain no user's data.
        const isWithoutUserData = route.includes('/health/') || route.includes('/cron/')
        const isExpected = isWithoutUserData ? sharedCaching(response) === 'no' : value?.startsWith(privately)
        if (!isExpected) findings.push(`${route}: ${response.status} ${value}`)
      }
      expect(findings).toEqual([])
    },
  )

  test('forbids caches to store streams, replays, errors and refusals', async () => {
    const message = { id: v7(), role: 'user', parts: [{ type: 'text', text: 'What is a goldfish?' }] }
    const send = (body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
      get(ada, '/api/chat', { method: 'POST', headers, body: JSON.stringify(body) })
    const turn = { conversationId: v7(), message }
    for (const [status, sent] of [
      [200, await send(turn)],
      [200, await send(turn)],
      [422, await send({ ...turn, message: { ...message, parts: [{ type: 'text', text: 'Other' }] } })],
      [400, await send({})],
      [415, await send(turn, { 'content-type': 'text/plain' })],
      [200, await get(ada, `/api/conversations/${conversationId}/messages`)],
      [404, await get(ada, `/api/conversations/${v7()}`)],
      [405, await get(ada, '/api/models', { method: 'PUT' })],
    ] as const) {
      const value = sent.response.headers.get('cache-control')
      expect([sent.response.status, value]).toEqual([status, expect.stringMatching(`^${privately}(, no-transform)?$`)])
    }
  })
})

const pages = [
  '/',
  '/todos',
  '/preferences',
  '/sign-in',
  '/sign-up',
  `/c/${conversationId}`,
  `/c/${v7()}`,
  '/no/such/page',
  '/%00',
  '//',
]
/**
 * Headers with which Next's client-side router requests a page. If a cache mixed up the two kinds of responses, it
 * would serve data instead of a page.
 */
const router = { rsc: '1', 'next-url': '/' }

describe('every page', () => {
  test.each(pages)('the page %s must not be stored by caches, with or without a session', async (path) => {
    for (const person of [ada, anonymous])
      for (const headers of [{}, router, { 'x-nonce': 'abc', 'content-security-policy': "script-src 'nonce-abc'" }]) {
        const { response, body } = await get(person, path, { headers })
        expect([path, response.status, sharedCaching(response)]).toEqual([path, response.status, 'no'])
        expect(response.status).toBeLessThan(500)
        expect(body).not.toContain('nonce="abc"')
      }
  })

  test('sends another nonce with every page', async () => {
    const nonces = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { response } = await get(anonymous, '/sign-in')
        return /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1]
      }),
    )
    expect(new Set(nonces).size).toBe(5)
  })
})

test('only static files with a hash in their name are cached for a year, and no static file sets a cookie', async () => {
  const { body } = await get(anonymous, '/sign-in')
  const files = [...new Set(body.match(/\/_next\/static\/[^"'\\ )]+/g) ?? [])]
  expect(files.length).toBeGreaterThan(3)
  for (const file of [...files, '/icon.svg']) {
    const { response } = await get(ada, file)
    const { headers } = response
    expect([file, response.status]).toEqual([file, 200])
    expect([file, headers.has('set-cookie')]).toEqual([file, false])
    if (file.startsWith('/_next/static/'))
      expect([file, headers.get('cache-control')]).toEqual([file, 'public, max-age=31536000, immutable'])
    else expect(headers.get('cache-control')).not.toContain('immutable')
    // All users get the same body, so it must vary only with its encoding.
    const varyNames = (headers.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase())
    expect([file, varyNames.filter((name) => name === 'cookie' || name === '*')]).toEqual([file, []])
    const zipped = await get(ada, file, { headers: { 'accept-encoding': 'gzip' } })
    if (zipped.response.headers.has('content-encoding'))
      expect(zipped.response.headers.get('vary')).toMatch(/accept-encoding/i)
  }
})

test('a response for a missing static file is not immutable', async () => {
  for (const path of [
    '/_next/static/chunks/nothing.js',
    '/_next/static/../../package.json',
    '/_next/image?url=/icon.svg&w=64&q=75',
  ]) {
    const { response } = await get(anonymous, path)
    expect([
      path,
      response.status < 500,
      response.headers.get('cache-control')?.includes('immutable') ?? false,
    ]).toEqual([path, true, false])
  }
})

test('responses that set a cookie must not be stored', async () => {
  const { response } = await get(ada, '/api/auth/get-session')
  expect(sharedCaching(response)).toBe('no')
  const signIn = await get(anonymous, '/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ada.email, password: 'correct horse battery staple' }),
  })
  expect(signIn.response.headers.getSetCookie().length).toBeGreaterThan(0)
  expect(signIn.response.headers.get('cache-control')).toBe(privately)
})
