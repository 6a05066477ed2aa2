import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, signUp, userMessage } from './chat-client'
import { makeKey } from './key-client'

/** The length of the rate limit windows in seconds. No window must end during the tests. */
const windowSeconds = 400_000_000
const limits = {
  'sign-up': `1000/${windowSeconds}`,
  'sign-in': `1000/${windowSeconds}`,
  write: `5/${windowSeconds}`,
  // The lease lasts two seconds, because the streams of a killed process must be released during a test.
  streams: '3/2',
  todos: '3',
}

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, env: { RATE_LIMITS: JSON.stringify(limits) } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
})

const json = { 'content-type': 'application/json' }
const post = (path: string, body: object, person = ada) =>
  person.fetch(path, { method: 'POST', headers: json, body: JSON.stringify(body) })
const statuses = (answers: readonly Response[]) => answers.map(({ status }) => status).toSorted()

test('writes share one limit on all routes and instances, and a rejected write has a retry time', async () => {
  const write = (index: number) => {
    const person = personAt(goldfish.instances[index % 2]?.url ?? '', ada, goldfish.url)
    const method = index % 3 === 0 ? 'PATCH' : 'DELETE'
    return method === 'PATCH'
      ? person.fetch('/api/preferences', { method, headers: json, body: '{"theme":"dark"}' })
      : person.fetch(`/api/conversations/${v7()}`, { method })
  }
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => write(index)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(7)
  const problem = await refused[0]?.json()
  expect(problem).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
  expect(refused[0]?.headers.get('retry-after')).toBe(String(problem.retryAfter))
  expect(refused[0]?.headers.get('ratelimit-policy')).toBe(`"write";q=5;w=${windowSeconds}`)
})

test('reading, chatting and revoking a key do not count as writes', async () => {
  const { id } = await makeKey(ada, ['chat'])
  for (let count = 0; count < 5; count++)
    await ada.fetch('/api/preferences', { method: 'PATCH', headers: json, body: '{"theme":"dark"}' })
  const refused = await ada.fetch('/api/preferences', { method: 'PATCH', headers: json, body: '{"theme":"dark"}' })
  expect(refused.status).toBe(429)
  const reads = await Promise.all(
    Array.from({ length: 50 }, (_, index) => ada.fetch(index % 2 ? '/api/todos' : '/api/conversations')),
  )
  expect(new Set(statuses(reads))).toEqual(new Set([200]))
  expect((await ada.send({ conversationId: v7() }, 'Hello?')).status).toBe(200)
  expect((await ada.fetch(`/api/keys/${id}`, { method: 'DELETE' })).status).toBe(204)
})

test('todos above the quota are rejected with 403, and other requests still work', async () => {
  const answers = []
  for (let count = 0; count < 4; count++) answers.push(await post('/api/todos', { title: `Todo ${count}` }))
  expect(statuses(answers)).toEqual([201, 201, 201, 403])
  expect(await answers[3]?.json()).toMatchObject({ code: 'quota_exceeded', detail: expect.stringContaining('todo') })
  expect((await ada.fetch('/api/todos')).status).toBe(200)
})

/** Starts a turn that will run until it is stopped, because the model stub waits a minute between tokens. */
const startTurn = (conversationId: string = v7(), person = ada) =>
  post('/api/chat', { conversationId, message: userMessage('Wait [stub:gap=60000]') }, person)
const close = (response: Response) => response.body?.cancel()

test('turns, followers and completions of a user are counted together as open streams', async () => {
  const conversationId = v7()
  const open = [await startTurn(conversationId), await startTurn()]
  const stream = `/api/chat/${conversationId}/stream`
  open.push(await ada.fetch(stream))
  expect(statuses(open)).toEqual([200, 200, 200])
  const before = await goldfish.sql('select id from message order by id')
  const refused = [
    await startTurn(),
    await ada.fetch(stream),
    await ada.fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${ada.bearer}` },
      body: JSON.stringify({ model: 'stub-model', messages: [{ role: 'user', content: 'Hello?' }] }),
    }),
  ]
  expect(statuses(refused)).toEqual([429, 429, 429])
  for (const { headers } of refused) expect(headers.get('retry-after')).toBe('5')
  expect(await goldfish.sql('select id from message order by id')).toEqual(before)

  // Other users must not be affected, and a new stream must be accepted after another one has ended.
  const eve = await signUp(goldfish.url)
  const hers = await startTurn(v7(), eve)
  expect(hers.status).toBe(200)
  await close(hers)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
  await expect.poll(async () => (await ada.send({ conversationId: v7() }, 'Hello?')).status).toBe(200)
  await Promise.all(open.map(close))
})

test('the streams of a killed process are released', async () => {
  const [first, second] = goldfish.instances
  if (!first || !second) throw new Error('two instances are needed')
  const onFirst = personAt(first.url, ada, goldfish.url)
  const open = [await startTurn(v7(), onFirst), await startTurn(v7(), onFirst), await startTurn(v7(), onFirst)]
  const onSecond = personAt(second.url, ada, goldfish.url)
  expect((await onSecond.send({ conversationId: v7() }, 'Hello?')).status).toBe(429)
  await first.kill()
  await expect.poll(async () => (await onSecond.send({ conversationId: v7() }, 'Hello?')).status).toBe(200)
  await Promise.allSettled(open.map(close))
  await first.restart()
})
