/**
 * Tests how API keys are created, used, limited and revoked. The routes that a key may call are tested in
 * `tests/integration/key-scopes.test.ts`.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiKeyItem, ConversationItem, Page } from '@/lib/contract/api'
import { isAnswer, retryUntilAnswered } from '@/tests/chaos/retry-until-answered'
import { watchStream } from '@/tests/chaos/watch-stream'
import { redisContent } from '@/tests/security/redis-content'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, readAnswer, signUp, userMessage } from './chat-client'
import { keyFetch, makeKey, postKey } from './key-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, env: { LOG_LEVEL: 'info' } })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

const longTimeout = { timeout: 25_000 }
const json = { 'content-type': 'application/json' }
const listKeys = async (person: Person) => ((await (await person.fetch('/api/keys')).json()) as Page<ApiKeyItem>).items
const statusOnEach = (key: string) =>
  Promise.all(goldfish.instances.map(async ({ url }) => (await keyFetch(url, key)('/api/models')).status))
const chat = (key: string, text: string, conversationId = v7()) =>
  keyFetch(goldfish.url, key)('/api/chat', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ conversationId, message: userMessage(text) }),
  })

test('a key is returned only by the request that creates it, and works on every instance', async () => {
  const person = await signUp(goldfish.url)
  const response = await postKey(person, { name: '  My script ', scopes: ['mcp', 'chat', 'chat'], expiresInDays: 30 })
  expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'private, no-store'])
  const { key, ...item } = await response.json()
  expect(key).toMatch(/^gf_[A-Za-z0-9_-]{43}$/)
  expect(item).toMatchObject({ name: 'My script', start: key.slice(0, 8), scopes: ['chat', 'mcp'], lastUsedOn: null })
  expect(Date.parse(item.expiresAt) - Date.parse(item.createdAt)).toBe(30 * 24 * 60 * 60 * 1000)
  const listed = await person.fetch('/api/keys')
  const text = await listed.text()
  expect(JSON.parse(text)).toEqual({ items: [item], nextCursor: null })
  expect(text).not.toContain(key.slice(8))
  expect(await statusOnEach(key)).toEqual([200, 200])
  expect(await listKeys(ada)).toEqual([])
})

test('a program can chat with a key, and the conversation belongs to the owner of the key', async () => {
  const { key } = await makeKey(ada, ['chat'])
  const conversationId = v7()
  const sent = await readAnswer(await chat(key, 'What is a goldfish?', conversationId))
  expect([sent.status, sent.metadata?.status]).toEqual([200, 'complete'])
  expect((await ada.messages(conversationId)).map(({ role }) => role)).toEqual(['assistant', 'user'])
  const read = await keyFetch(goldfish.url, key)(`/api/conversations/${conversationId}`)
  expect(((await read.json()) as ConversationItem).id).toBe(conversationId)
  const eve = await makeKey(await signUp(goldfish.url), ['chat'])
  expect((await keyFetch(goldfish.url, eve.key)(`/api/conversations/${conversationId}/messages`)).status).toBe(404)
})

test('a key that is revoked, expired, disabled or owned by a deleted user is refused at once on every instance', async () => {
  const mallory = await signUp(goldfish.url)
  const [revoked, expired, disabled, orphan] = [
    await makeKey(ada, ['chat']),
    await makeKey(ada, ['chat'], { expiresInDays: 1 }),
    await makeKey(ada, ['chat']),
    await makeKey(mallory, ['chat']),
  ]
  for (const { key } of [revoked, expired, disabled, orphan]) expect(await statusOnEach(key)).toEqual([200, 200])
  expect((await mallory.fetch(`/api/keys/${revoked.id}`, { method: 'DELETE' })).status).toBe(404)
  expect(await statusOnEach(revoked.key)).toEqual([200, 200])
  expect((await ada.fetch(`/api/keys/${revoked.id}`, { method: 'DELETE' })).status).toBe(204)
  await goldfish.sql(`update apikey set expires_at = now() - interval '1 second' where id = $1`, [expired.id])
  await goldfish.sql('update apikey set enabled = false where id = $1', [disabled.id])
  const password = 'correct horse battery staple'
  const deletion = { method: 'POST', headers: json, body: JSON.stringify({ password }) }
  expect((await mallory.fetch('/api/auth/delete-user', deletion)).status).toBe(200)
  for (const { key } of [revoked, expired, disabled, orphan]) expect(await statusOnEach(key)).toEqual([401, 401])
  expect((await chat(revoked.key, 'Hello?')).status).toBe(401)
  expect(await goldfish.sql('select 1 from apikey where id in ($1, $2)', [revoked.id, orphan.id])).toEqual([])
  expect((await ada.fetch(`/api/keys/${revoked.id}`, { method: 'DELETE' })).status).toBe(404)
})

test('a key still works after its owner has signed out', async () => {
  const bob = await signUp(goldfish.url)
  const { key } = await makeKey(bob, ['chat'])
  expect((await bob.fetch('/api/auth/sign-out', { method: 'POST', headers: json, body: '{}' })).status).toBe(200)
  expect((await bob.fetch('/api/models')).status).toBe(401)
  expect(await statusOnEach(key)).toEqual([200, 200])
})

test('revoking a key cuts off the stream that it reads, but the turn is completed', async () => {
  const { key, id } = await makeKey(ada, ['chat'])
  const conversationId = v7()
  const reading = watchStream(await chat(key, '[stub:tokens=400] [stub:gap=20] A long one', conversationId))
  expect((await ada.fetch(`/api/keys/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await reading).end).toBe('cut')
  await expect.poll(async () => (await ada.messages(conversationId))[0]?.status, { timeout: 25_000 }).toBe('complete')
})

test('the last use of a key is stored as a day and written at most once a day', async () => {
  const { key, id } = await makeKey(ada, ['chat'])
  const lastUse = async () =>
    (
      await goldfish.sql<{ day: string | null; at: string | null; version: string }>(
        `select to_char(last_request at time zone 'UTC', 'YYYY-MM-DD') as day, xmin::text as version,
          to_char(last_request at time zone 'UTC', 'HH24:MI:SS.MS') as at from apikey where id = $1`,
        [id],
      )
    )[0]
  const today = async () =>
    (await goldfish.sql<{ day: string }>(`select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day`))[0]?.day
  await statusOnEach(key)
  await expect.poll(async () => (await lastUse())?.day, longTimeout).toBe(await today())
  const first = await lastUse()
  expect(first?.at).toBe('00:00:00.000')
  expect((await listKeys(ada)).find((item) => item.id === id)?.lastUsedOn).toBe(first?.day)
  // A use is recorded after the response is sent. These rounds use the same connection pool, so a second write should
  // have happened by the time they are answered.
  for (let round = 0; round < 5; round += 1) await statusOnEach(key)
  expect(await lastUse()).toEqual(first)
  await goldfish.sql(`update apikey set last_request = last_request - interval '3 days' where id = $1`, [id])
  await statusOnEach(key)
  await expect.poll(async () => (await lastUse())?.day, longTimeout).toBe(await today())
})

test.each([
  ['a blank name', { name: ' ' }],
  ['a name of 81 characters', { name: 'x'.repeat(81) }],
  ['a direction mark in the name', { name: 'a\u202eb' }],
  ['a line break in the name', { name: 'a\nb' }],
  ['no scope', { scopes: [] }],
  ['an unknown scope', { scopes: ['admin'] }],
  ['a lifetime of half a day', { expiresInDays: 0.5 }],
  ['a lifetime of 0 days', { expiresInDays: 0 }],
  ['a lifetime of 366 days', { expiresInDays: 366 }],
  ['another owner', { userId: 'somebody' }],
  ['another reference', { referenceId: 'somebody' }],
  ['permissions', { permissions: { scopes: ['chat'] } }],
  ['a rate limit setting', { rateLimitEnabled: false }],
  ['a key chosen by the client', { key: 'gf_mine' }],
])('rejects a new key with %s', async (_, more) => {
  const before = await listKeys(ada)
  const response = await postKey(ada, { name: 'x', scopes: ['chat'], expiresInDays: null, ...more })
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'invalid_request'])
  expect(await listKeys(ada)).toEqual(before)
})

test('creating a key requires a sign-in within the last 24 hours, also with the route of better-auth', async () => {
  const person = await signUp(goldfish.url)
  const userId = `(select id from "user" where email = $1)`
  await goldfish.sql(`update session set created_at = now() - interval '25 hours' where user_id = ${userId}`, [
    person.email,
  ])
  const creation = { method: 'POST', headers: json, body: '{"name":"Script"}' }
  const make = () => [
    postKey(person, { name: 'Script', scopes: ['chat'], expiresInDays: null }),
    person.fetch('/api/auth/api-key/create', creation),
  ]
  for (const response of await Promise.all(make())) {
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'session_not_fresh' })
  }
  expect(await goldfish.sql(`select 1 from apikey where reference_id = ${userId}`, [person.email])).toEqual([])
  expect((await person.fetch('/api/keys')).status).toBe(200)
  await goldfish.sql(`update session set created_at = now() where user_id = ${userId}`, [person.email])
  expect((await Promise.all(make())).map(({ status }) => status)).toEqual([201, 200])
})

test('a user can have at most 20 keys, even if they are created concurrently', async () => {
  const person = await signUp(goldfish.url)
  const body = { name: 'x', scopes: ['chat'], expiresInDays: null }
  // A request that waits too long for a database connection is answered with 503 and must be retried.
  const make = () =>
    retryUntilAnswered('create a key', async () => {
      const response = await postKey(person, body)
      return isAnswer(response) ? response : null
    })
  const made = await Promise.all(Array.from({ length: 25 }, make))
  const statuses = made.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(20)
  expect(statuses.filter((status) => status === 409)).toHaveLength(5)
  expect(await listKeys(person)).toHaveLength(20)
  const refused = await postKey(person, body)
  expect(await refused.json()).toMatchObject({ code: 'too_many_keys', detail: expect.stringContaining('20') })
  const other = await person.fetch('/api/auth/api-key/create', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: 'x' }),
  })
  expect(other.status).toBe(409)
  const [one] = await listKeys(person)
  expect((await person.fetch(`/api/keys/${one?.id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await postKey(person, body)).status).toBe(201)
})

test('no key appears in the logs, in Redis or in Postgres', async () => {
  const { key } = await makeKey(ada, ['chat'])
  const secret = key.slice(8)
  await readAnswer(await chat(key, 'What is a key?'))
  await keyFetch(goldfish.url, 'gf_')(`/api/models?key=${key}&api_key=${key}&x-api-key=${key}`)
  await fetch(`${goldfish.url}/api/models?key=${key}`)
  await keyFetch(goldfish.url, key)(`/api/no/such/${key}`)
  const output = goldfish.instances.map((instance) => instance.output()).join('')
  expect(output).toContain('GET /api/models')
  expect(output).not.toContain(secret)
  for await (const { key: name, content } of redisContent(goldfish.redis))
    expect(name.includes(secret) || content.includes(secret), name).toBe(false)
  const tables = await goldfish.sql<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  expect(tables.map(({ name }) => name)).toContain('apikey')
  for (const { name } of tables)
    expect(await goldfish.sql(`select 1 from "${name}" t where t::text like $1`, [`%${secret}%`]), name).toEqual([])
})

test('concurrent requests with one Idempotency-Key return the same key, and a different body is refused', async () => {
  const person = await signUp(goldfish.url)
  const body = { name: 'Once', scopes: ['chat'], expiresInDays: null }
  const make = (fields: object) =>
    person.fetch('/api/keys', {
      method: 'POST',
      headers: { ...json, 'idempotency-key': 'a-key-of-mine' },
      body: JSON.stringify(fields),
    })
  const answers = await Promise.all(Array.from({ length: 5 }, () => make(body)))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
  const made = (await Promise.all(answers.map((answer) => answer.json()))) as { key: string }[]
  expect(new Set(made.map(({ key }) => key)).size).toBe(1)
  expect(await listKeys(person)).toHaveLength(1)
  expect(await statusOnEach(made[0]?.key ?? '')).toEqual([200, 200])
  expect((await make({ ...body, name: 'Other' })).status).toBe(422)
  const secret = made[0]?.key.slice(8)
  expect(await goldfish.sql('select 1 from idempotency_key t where t::text like $1', [`%${secret}%`])).toEqual([])
})

test('the route of better-auth creates at most 20 keys for a user, even with 40 concurrent requests', async () => {
  const person = await signUp(goldfish.url)
  const make = () =>
    retryUntilAnswered('create a key', async () => {
      const response = await person.fetch('/api/auth/api-key/create', {
        method: 'POST',
        headers: json,
        body: '{"name":"x"}',
      })
      return isAnswer(response) ? response : null
    })
  const made = await Promise.all(Array.from({ length: 40 }, make))
  const keys = made.filter(({ status }) => status === 200)
  expect(keys.length).toBeGreaterThan(0)
  expect(keys.length).toBeLessThanOrEqual(20)
  expect(await listKeys(person)).toHaveLength(keys.length)
})
