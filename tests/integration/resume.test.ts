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
const onEachInstance = () => goldfish.instances.map(({ url }) => personAt(url, ada, goldfish.url))

test('a running turn is streamed from its start to its end by every instance', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=140] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const resumed = await Promise.all(onEachInstance().map((person) => resume(person, conversationId)))
  const sent = await running
  for (const answer of resumed) {
    expect(answer).toMatchObject({ status: 200, text: sent.text, messageId: sent.messageId, error: null })
    expect(answer.metadata).toMatchObject({ turnId: sent.metadata?.turnId, usage: sent.metadata?.usage })
    expect(answer.chunks.at(-1)?.type).toBe('finish')
  }
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('the stream route returns 204 if no turn is running or the conversation belongs to another user', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, 'Done at once')
  expect((await ada.fetch(`/api/chat/${conversationId}/stream`)).status).toBe(204)
  const running = ada.send({ conversationId }, '[stub:tokens=40] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(2)
  const bob = await signUp(goldfish.url)
  expect((await bob.fetch(`/api/chat/${conversationId}/stream`)).status).toBe(204)
  await running
})

test('fifty requests with the same id on three instances run one turn and get equal answers', async () => {
  const conversationId = v7()
  const message = userMessage('[stub:tokens=30] [stub:gap=20] All at once')
  // A request that waited too long for a database connection gets 503 with Retry-After and should be retried.
  const send = (person: Person) =>
    retryUntilAnswered('a send', async () => {
      const answer = await person.send({ conversationId, message })
      return isAnswer(answer) ? answer : null
    })
  const people = Array.from({ length: 17 }, onEachInstance).flat().slice(0, 50)
  const sent = await Promise.all(people.map(send))
  expect(new Set(sent.map((answer) => answer.status))).toEqual(new Set([200]))
  expect(new Set(sent.map((answer) => answer.text)).size).toBe(1)
  expect(new Set(sent.map((answer) => answer.messageId)).size).toBe(1)
  // There may be none: the request that began the turn may have failed, and its retry will then be a replay.
  expect(sent.filter((answer) => !answer.headers.has('idempotency-replayed')).length).toBeLessThanOrEqual(1)
  expect(goldfish.stub.log()).toHaveLength(1)
  expect(await ada.messages(conversationId)).toHaveLength(2)
})

test('a resumed stream ends as stopped when the turn is stopped from another instance', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=3000] [stub:gap=20] A very long one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second, third] = onEachInstance()
  if (!second || !third) throw new Error('three instances are needed')
  const resumed = await second.fetch(`/api/chat/${conversationId}/stream`)
  expect(resumed.status).toBe(200)
  expect((await third.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(202)
  const [sent, followed] = await Promise.all([running, readAnswer(resumed)])
  expect(sent.chunks.at(-1)?.type).toBe('abort')
  expect(followed.chunks.at(-1)?.type).toBe('abort')
  expect(followed.text).toBe(sent.text)
})

/** Reads a stream until it has at least `characters` of text, cancels it, and returns everything that was read. */
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
test('a disconnected reader resumes on another instance after the last event it received', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=120] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second, third] = onEachInstance()
  if (!second || !third) throw new Error('three instances are needed')
  const path = `/api/chat/${conversationId}/stream`
  const before = await readSome(await second.fetch(path), 60)
  // A browser processes an event, including its id, only when the event is complete.
  const whole = before.slice(0, before.lastIndexOf('\n\n') + 2)
  const lastId = [...whole.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? ''
  lastIdOfAnotherTurn = lastId
  const received = whole.slice(0, whole.indexOf('\n\n', whole.indexOf(`id: ${lastId}`)))
  const rest = await readAnswer(await third.fetch(path, { headers: { 'last-event-id': lastId } }))
  const sent = await running
  expect(rest.chunks[0]?.type).not.toBe('start')
  expect(`${textOf(received)}${rest.text}`).toBe(sent.text)
  expect(rest.chunks.at(-1)).toEqual(sent.chunks.at(-1))

  expect((await third.fetch(path, { headers: { 'last-event-id': lastId } })).status).toBe(204)
})

test('an unknown Last-Event-ID replays the stream from its start', async () => {
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

test('a stream continues from Postgres without repetition when the event log is lost in the middle', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=120] [stub:gap=25] A slow one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second] = onEachInstance()
  const resumed = second && resume(second, conversationId)
  await expect.poll(async () => (await ada.messages(conversationId))[0]?.parts.length).toBe(1)
  await goldfish.redis.flushall()
  const [sent, followed] = [await running, await resumed]
  expect(followed?.text).toBe(sent.text)
  expect(followed?.chunks.filter(({ type }) => type === 'text-start')).toHaveLength(1)
  expect(followed?.chunks.filter(({ type }) => type === 'text-end')).toHaveLength(1)
  expect(followed?.chunks.at(-1)?.type).toBe('finish')
})

test('the event log is encrypted and expires at most a minute after the turn', async () => {
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
