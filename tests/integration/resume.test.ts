import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { isAnswer, retryUntilAnswered } from '@/tests/chaos/retry-until-answered'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, readAnswer, signUp, userMessage } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

const resume = async (person: Person, conversationId: string) =>
  readAnswer(await person.fetch(`/api/chat/${conversationId}/stream`))
const onEach = () => goldfish.instances.map(({ url }) => personAt(url, ada, goldfish.url))

test('a running turn is streamed from its start to its end by every instance', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=140] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const resumed = await Promise.all(onEach().map((person) => resume(person, conversationId)))
  const sent = await running
  for (const answer of resumed) {
    expect(answer).toMatchObject({ status: 200, text: sent.text, messageId: sent.messageId, error: null })
    expect(answer.metadata).toMatchObject({ turnId: sent.metadata?.turnId, usage: sent.metadata?.usage })
    expect(answer.chunks.at(-1)?.type).toBe('finish')
  }
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('nothing runs: 204, and the same for somebody else’s conversation', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, 'Done at once')
  expect((await ada.fetch(`/api/chat/${conversationId}/stream`)).status).toBe(204)
  const running = ada.send({ conversationId }, '[stub:tokens=40] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(2)
  const bob = await signUp(goldfish.url)
  expect((await bob.fetch(`/api/chat/${conversationId}/stream`)).status).toBe(204)
  await running
})

test('fifty sends of one id over three instances: one turn, fifty equal answers', async () => {
  const conversationId = v7()
  const message = userMessage('[stub:tokens=30] [stub:gap=20] Everybody at once')
  // Who had to wait for a connection for too long asks again, as it is told to.
  const send = (person: Person) =>
    retryUntilAnswered('a send', async () => {
      const answer = await person.send({ conversationId, message })
      return isAnswer(answer) ? answer : null
    })
  const people = Array.from({ length: 17 }, onEach).flat().slice(0, 50)
  const sent = await Promise.all(people.map(send))
  expect(new Set(sent.map((answer) => answer.status))).toEqual(new Set([200]))
  expect(new Set(sent.map((answer) => answer.text)).size).toBe(1)
  expect(new Set(sent.map((answer) => answer.messageId)).size).toBe(1)
  // None, where the one that began the turn was not told so.
  expect(sent.filter((answer) => !answer.headers.has('idempotency-replayed')).length).toBeLessThanOrEqual(1)
  expect(goldfish.stub.log()).toHaveLength(1)
  expect(await ada.messages(conversationId)).toHaveLength(2)
})

test('stopped from another instance, the resumed stream ends as stopped too', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=3000] [stub:gap=20] A very long one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second, third] = onEach()
  if (!second || !third) throw new Error('three instances are needed')
  const resumed = await second.fetch(`/api/chat/${conversationId}/stream`)
  expect(resumed.status).toBe(200)
  expect((await third.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(202)
  const [sent, followed] = await Promise.all([running, readAnswer(resumed)])
  expect(sent.chunks.at(-1)?.type).toBe('abort')
  expect(followed.chunks.at(-1)?.type).toBe('abort')
  expect(followed.text).toBe(sent.text)
})

/** Reads a stream until it has so many characters of text, and leaves. */
async function readSome(response: Response, characters: number): Promise<string> {
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
  let body = ''
  while (textOf(body).length < characters) {
    const { value, done } = await reader.read()
    if (done) break
    body += value
  }
  await reader.cancel()
  return body
}
const textOf = (body: string) =>
  [...body.matchAll(/"type":"text-delta"[^}]*"delta":"((?:[^"\\]|\\.)*)"/g)]
    .map((match) => JSON.parse(`"${match[1]}"`))
    .join('')

let lastIdOfAnotherTurn = ''
test('a reader that broke off goes on after the last event it has, at another instance', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=120] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second, third] = onEach()
  if (!second || !third) throw new Error('three instances are needed')
  const path = `/api/chat/${conversationId}/stream`
  const before = await readSome(await second.fetch(path), 60)
  // A browser's reader takes over an event when it is whole, and with it its id.
  const whole = before.slice(0, before.lastIndexOf('\n\n') + 2)
  const lastId = [...whole.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? ''
  lastIdOfAnotherTurn = lastId
  const kept = whole.slice(0, whole.indexOf('\n\n', whole.indexOf(`id: ${lastId}`)))
  const rest = await readAnswer(await third.fetch(path, { headers: { 'last-event-id': lastId } }))
  const sent = await running
  expect(rest.chunks[0]?.type).not.toBe('start')
  expect(`${textOf(kept)}${rest.text}`).toBe(sent.text)
  expect(rest.chunks.at(-1)).toEqual(sent.chunks.at(-1))

  expect((await third.fetch(path, { headers: { 'last-event-id': lastId } })).status).toBe(204)
})

test('an id that names no event begins anew', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=140] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const resumeAfter = async (id: string) => {
    const headers = { 'last-event-id': id }
    return { id, ...(await readAnswer(await ada.fetch(`/api/chat/${conversationId}/stream`, { headers }))) }
  }
  const resumed = await Promise.all(['', '1-1', 'abc.1-1.0', lastIdOfAnotherTurn, '..'].map(resumeAfter))
  const { text } = await running
  for (const answer of resumed)
    expect([answer.id, answer.chunks[0]?.type, answer.text]).toEqual([answer.id, 'start', text])
})

test('the log lost in the middle of a stream: it goes on with what Postgres has, and nothing is said twice', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=120] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second] = onEach()
  const resumed = second && resume(second, conversationId)
  await expect.poll(async () => (await ada.messages(conversationId))[0]?.parts.length).toBe(1)
  await goldfish.redis.flushall()
  const [sent, followed] = [await running, await resumed]
  expect(followed?.text).toBe(sent.text)
  expect(followed?.chunks.filter(({ type }) => type === 'text-start')).toHaveLength(1)
  expect(followed?.chunks.filter(({ type }) => type === 'text-end')).toHaveLength(1)
  expect(followed?.chunks.at(-1)?.type).toBe('finish')
})

test('what the log holds is sealed, and it goes a minute after the turn', async () => {
  const conversationId = v7()
  await goldfish.redis.flushall()
  const canary = `canary${v7().replaceAll('-', '')}`
  await ada.send({ conversationId }, `[stub:text=${canary}] Say it`)
  await expect.poll(async () => (await goldfish.redis.keys('gf:1:log:*')).length).toBeGreaterThan(0)
  for (const key of await goldfish.redis.keys('gf:1:log:*')) {
    expect(await goldfish.redis.pttl(key)).toBeGreaterThan(0)
    expect(((await goldfish.redis.dumpBuffer(key)) ?? '').toString('latin1')).not.toContain(canary)
    await expect.poll(() => goldfish.redis.pttl(key)).toBeLessThanOrEqual(60_000)
  }
})
