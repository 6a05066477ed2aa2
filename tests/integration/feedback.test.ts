import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp, signUpMany } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ env: { ANSWER_CACHE_SHARE_AFTER: '1' } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

const put = (person: Person, path: string, body: unknown) =>
  person.fetch(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const rate = (person: Person, messageId: string | null, body: unknown) =>
  put(person, `/api/messages/${messageId}/feedback`, body)
const shareAnswers = (person: Person) =>
  person.fetch('/api/preferences', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answerCache: 'shared' }),
  })
const ask = (person: Person, text: string) => person.send({ conversationId: v7() }, text)

test('feedback can be given, changed and withdrawn', async () => {
  const conversationId = v7()
  const { messageId } = await ada.send({ conversationId }, 'What is a goldfish?')
  const feedback = async () => (await ada.messages(conversationId))[0]?.feedback
  const given = await rate(ada, messageId, { helpful: true, comment: 'Just right.' })
  expect(given.status).toBe(200)
  expect(await given.json()).toEqual({ helpful: true, comment: 'Just right.' })
  expect(await feedback()).toEqual({ helpful: true, comment: 'Just right.' })
  await rate(ada, messageId, { helpful: false })
  expect(await feedback()).toEqual({ helpful: false, comment: null })
  expect(await (await rate(ada, messageId, { helpful: null })).json()).toBeNull()
  expect(await feedback()).toBeNull()
})

test('feedback is rejected if it is malformed or not about an answer of the same user', async () => {
  const conversationId = v7()
  const { messageId } = await ada.send({ conversationId }, 'What is a goldfish?')
  const eve = await signUp(goldfish.url)
  expect((await rate(eve, messageId, { helpful: false })).status).toBe(404)
  expect((await rate(ada, v7(), { helpful: false })).status).toBe(404)
  expect((await rate(ada, 'x', { helpful: false })).status).toBe(404)
  const [, question] = await ada.messages(conversationId)
  expect((await rate(ada, question?.id ?? '', { helpful: false })).status).toBe(404)
  for (const body of [
    {},
    { helpful: 'no' },
    { helpful: true, userId: 'eve' },
    { helpful: true, comment: 'x'.repeat(2001) },
  ])
    expect((await rate(ada, messageId, body)).status).toBe(400)
})

test('an answer that its owner has rated as unhelpful is not served from the cache again', async () => {
  const first = await ask(ada, 'What is a goldfish?')
  expect((await ask(ada, 'What is a goldfish?')).cache?.status).toBe('hit')
  await rate(ada, first.messageId, { helpful: false })
  expect((await ask(ada, 'What is a goldfish?')).cache?.status).toBe('miss')
  expect((await ask(ada, 'What is a goldfish?')).cache?.status).toBe('hit')
})

test('an unhelpful rating hides a shared answer from the rater, and three ratings hide it from all users but its owner', async () => {
  const question = `What is a goldfish of kind ${v7().replaceAll(/[^a-z]/g, '')}?`
  const people = await signUpMany(goldfish.url, 6)
  await Promise.all(people.map(shareAnswers))
  const [asker, second, third, fourth, fifth, sixth] = people as [Person, Person, Person, Person, Person, Person]
  const first = await ask(asker, question)
  const rateUnhelpful = async (person: Person) => {
    const served = await ask(person, question)
    expect(served).toMatchObject({ text: first.text, cache: { status: 'hit', ageSeconds: 3600 } })
    await rate(person, served.messageId, { helpful: false })
  }
  await rateUnhelpful(second)
  expect((await ask(second, question)).cache?.status).not.toBe('hit')
  // The own answer of the second user is newer, so it is shared instead of the rejected one.
  const served = await ask(third, question)
  expect(served.cache?.status).toBe('hit')
  await rate(third, served.messageId, { helpful: false })
  const still = await ask(fourth, question)
  expect(still.cache?.status).toBe('hit')
  await rate(fourth, still.messageId, { helpful: false })
  for (const person of [fifth, sixth, fourth]) expect((await ask(person, question)).cache?.status).toBe('miss')
  expect(await ask(asker, question)).toMatchObject({ text: first.text, cache: { status: 'hit' } })
})

test('an unhelpful rating during an outage of Redis invalidates the whole answer cache of the user', async () => {
  const first = await ask(ada, 'What is a goldfish?')
  process.kill(goldfish.redisServer.pid, 'SIGSTOP')
  expect((await rate(ada, first.messageId, { helpful: false })).status).toBe(200)
  process.kill(goldfish.redisServer.pid, 'SIGCONT')
  for (const { url } of goldfish.instances)
    await expect.poll(async () => (await fetch(`${url}/api/health/ready`)).json()).toMatchObject({ redis: 'ok' })
  expect((await ask(ada, 'What is a goldfish?')).cache?.status).toBe('miss')
})

test('deleting a conversation removes its answers from the cache, and signing out removes all answers of the user', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, 'What is a goldfish?')
  await ask(ada, 'What is a carp?')
  await ada.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })
  expect((await ask(ada, 'What is a goldfish?')).cache?.status).toBe('miss')
  expect((await ask(ada, 'What is a carp?')).cache?.status).toBe('hit')

  await ada.fetch('/api/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  const signedIn = await fetch(`${goldfish.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: goldfish.url },
    body: JSON.stringify({ email: ada.email, password: 'correct horse battery staple' }),
  })
  const headers = {
    cookie: signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  }
  const response = await ada.fetch('/api/chat', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      conversationId: v7(),
      message: { id: v7(), role: 'user', parts: [{ type: 'text', text: 'What is a carp?' }] },
    }),
  })
  expect(response.headers.get('cache-status')).toContain('fwd=miss')
})
