/**
 * C12: a cache between us and a person must never keep what is theirs, nor a page that holds a nonce. Every route and page
 * there is, signed in and not, is asked, and what comes back says who may keep it.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callsOfAllRoutes, cronSecret, routesOfSource } from '@/tests/chaos/routes'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
let nobody: Person
const conversationId = v7()
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { CRON_SECRET: cronSecret } })
  ada = await signUp(goldfish.url)
  nobody = personAt(goldfish.url, { email: '', cookie: '', bearer: '' })
  await ada.send({ conversationId }, 'What is a goldfish?')
})
afterAll(() => goldfish?.stop())

/** What a shared cache would make of a response (RFC 9111): `no`, or that it may keep it, in its own words. */
const keeps = (response: Response): string => {
  const value = response.headers.get('cache-control') ?? ''
  return /(^|,\s*)no-store\b/.test(value) ? 'no' : value || 'as it likes'
}
const privately = 'private, no-store'

async function get(person: Person, path: string, init: RequestInit = {}) {
  const response = await person.fetch(path, { redirect: 'manual', ...init })
  return { response, body: await response.text() }
}

describe('every route of the API', () => {
  test('is asked here', () => {
    const asked = new Set(callsOfAllRoutes().map(({ route }) => route))
    expect(routesOfSource().filter((route) => !asked.has(route))).toEqual([])
  })

  // Longer than other tests: about 45 passwords are hashed one after the other.
  test.each(['signed in', 'nobody'])('%s: private, and not to be stored', { timeout: 120_000 }, async (who) => {
    const findings: string[] = []
    for (const { route, send } of callsOfAllRoutes()) {
      // One of them signs out: each is asked by somebody of its own.
      const response = await send(who === 'nobody' ? nobody : await signUp(goldfish.url))
      await response.arrayBuffer()
      const value = response.headers.get('cache-control')
      // Nothing of anybody is in what a scheduler or a balancer is told.
      const isNobodys = route.includes('/health/') || route.includes('/cron/')
      const wanted = isNobodys ? keeps(response) === 'no' : value?.startsWith(privately)
      if (!wanted) findings.push(`${route}: ${response.status} ${value}`)
    }
    expect(findings).toEqual([])
  })

  test('a stream, a replay, an error and a refusal too', async () => {
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
/** As the browser's router asks for the same page; a cache that mixes the two up serves data where a page should be. */
const router = { rsc: '1', 'next-url': '/' }

describe('every page', () => {
  test.each(pages)('%s is kept by nobody, whoever asks and however', async (path) => {
    for (const person of [ada, nobody])
      for (const headers of [{}, router, { 'x-nonce': 'abc', 'content-security-policy': "script-src 'nonce-abc'" }]) {
        const { response, body } = await get(person, path, { headers })
        expect([path, response.status, keeps(response)]).toEqual([path, response.status, 'no'])
        expect(response.status).toBeLessThan(500)
        expect(body).not.toContain('nonce="abc"')
      }
  })

  test('never with the same nonce', async () => {
    const nonces = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { response } = await get(nobody, '/sign-in')
        return /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1]
      }),
    )
    expect(new Set(nonces).size).toBe(5)
  })
})

test('what may be kept is a file with its hash in its name, or the icon, and sets no cookie', async () => {
  const { body } = await get(nobody, '/sign-in')
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
    // One body for all: it may depend on nothing but how it is packed.
    const packed = (headers.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase())
    expect([file, packed.filter((name) => name === 'cookie' || name === '*')]).toEqual([file, []])
    const zipped = await get(ada, file, { headers: { 'accept-encoding': 'gzip' } })
    if (zipped.response.headers.has('content-encoding'))
      expect(zipped.response.headers.get('vary')).toMatch(/accept-encoding/i)
  }
})

test('a file that is not there is not kept for a year', async () => {
  for (const path of [
    '/_next/static/chunks/nothing.js',
    '/_next/static/../../package.json',
    '/_next/image?url=/icon.svg&w=64&q=75',
  ]) {
    const { response } = await get(nobody, path)
    expect([
      path,
      response.status < 500,
      response.headers.get('cache-control')?.includes('immutable') ?? false,
    ]).toEqual([path, true, false])
  }
})

test('no response sets a cookie and may be kept', async () => {
  const { response } = await get(ada, '/api/auth/get-session')
  expect(keeps(response)).toBe('no')
  const signIn = await get(nobody, '/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ada.email, password: 'correct horse battery staple' }),
  })
  expect(signIn.response.headers.getSetCookie().length).toBeGreaterThan(0)
  expect(signIn.response.headers.get('cache-control')).toBe(privately)
})
