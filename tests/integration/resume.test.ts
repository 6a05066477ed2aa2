import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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
  const running = ada.send({ conversationId }, '[stub:tokens=60] [stub:gap=25] A slow one')
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
  const people = onEach()
  const sent = await Promise.all(
    Array.from({ length: 50 }, (_, index) => people[index % people.length]?.send({ conversationId, message })),
  )
  expect(new Set(sent.map((answer) => answer?.status))).toEqual(new Set([200]))
  expect(new Set(sent.map((answer) => answer?.text)).size).toBe(1)
  expect(new Set(sent.map((answer) => answer?.messageId)).size).toBe(1)
  expect(sent.filter((answer) => !answer?.headers.has('idempotency-replayed'))).toHaveLength(1)
  expect(goldfish.stub.log()).toHaveLength(1)
  expect(await ada.messages(conversationId)).toHaveLength(2)
})

test('stopped from another instance, the resumed stream ends as stopped too', async () => {
  const conversationId = v7()
  const running = ada.send({ conversationId }, '[stub:tokens=3000] [stub:gap=20] A very long one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const [, second, third] = onEach()
  if (!second || !third) throw new Error('three instances are needed')
  const resumed = resume(second, conversationId)
  expect((await third.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(202)
  const [sent, followed] = await Promise.all([running, resumed])
  expect(sent.chunks.at(-1)?.type).toBe('abort')
  expect(followed.chunks.at(-1)?.type).toBe('abort')
  expect(followed.text).toBe(sent.text)
})
