import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { personAt, signUp } from './chat-client'

let goldfish: Goldfish & { proxies: Proxies }
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, throughProxies: true, env: { RATE_LIMITS: '{}' } })
})
afterAll(() => goldfish?.stop())

const readiness = async () => (await fetch(`${goldfish.url}/api/health/ready`)).json()

test('accounts and turns work while Redis is down, and the answer cache works again when Redis is back', async () => {
  await goldfish.proxies.redis.refuse()
  const ada = await signUp(goldfish.url)
  const ask = () => ada.send({ conversationId: v7() }, 'What is the capital of Peru?')
  for (let turn = 0; turn < 3; turn++) {
    const sent = await ask()
    expect(sent).toMatchObject({ status: 200, error: null, cache: { status: 'miss' } })
    expect(sent.metadata?.cacheStored).toBe(false)
  }
  expect(await readiness()).toEqual({ status: 'degraded', postgres: 'ok', redis: 'unavailable' })
  const signedOut = await ada.fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(signedOut.status).toBe(200)
  expect((await ada.fetch('/api/conversations')).status).toBe(401)

  const bob = await signUp(goldfish.url)
  await goldfish.proxies.redis.restore()
  await expect.poll(async () => (await readiness()).redis, { timeout: 5000 }).toBe('ok')
  const repeat = () => bob.send({ conversationId: v7() }, 'What is the capital of Chile?')
  expect((await repeat()).metadata?.cacheStored).toBe(true)
  expect((await repeat()).cache?.status).toBe('hit')
})

test('sign-in guesses are limited while Redis is down', async () => {
  await goldfish.proxies.redis.refuse()
  const ada = await signUp(goldfish.url)
  const guess = () =>
    personAt(goldfish.url, ada).fetch('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ada.email, password: 'not the right password' }),
    })
  const statuses: number[] = []
  for (let attempt = 0; attempt < 7; attempt++) statuses.push((await guess()).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  expect(Number((await guess()).headers.get('retry-after'))).toBeGreaterThan(0)
  await goldfish.proxies.redis.restore()
})

test('a turn succeeds with a cache miss while Redis does not respond', async () => {
  const ada = await signUp(goldfish.url)
  goldfish.proxies.redis.freeze()
  const sent = await ada.send({ conversationId: v7() }, 'What is the capital of Cuba?')
  expect(sent).toMatchObject({ status: 200, error: null, cache: { status: 'miss' } })
  await goldfish.proxies.redis.restore()
})

test('requests get 503 with Retry-After while Postgres is down, and succeed when it is back', async () => {
  const ada = await signUp(goldfish.url)
  await goldfish.proxies.postgres.refuse()
  for (const path of ['/api/conversations', '/api/preferences']) {
    const response = await ada.fetch(path)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await response.json()).toMatchObject({ code: 'database_unavailable' })
  }
  expect((await ada.send({ conversationId: v7() }, 'Hello?')).problem).toMatchObject({ code: 'database_unavailable' })
  expect((await fetch(`${goldfish.url}/api/health/live`)).status).toBe(200)
  expect((await fetch(`${goldfish.url}/api/health/ready`)).status).toBe(503)
  await goldfish.proxies.postgres.restore()
  expect((await ada.send({ conversationId: v7() }, 'Hello?')).status).toBe(200)
})
