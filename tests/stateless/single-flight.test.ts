/** Those who ask the same at the same time: one call of the model, one answer, whatever becomes of the one who leads. */
import { readUIMessageStream, simulateReadableStream, type UIMessage, type UIMessageChunk } from 'ai'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  type Person,
  personAt,
  readAnswer,
  type Sent,
  signUp,
  signUpMany,
  userMessage,
} from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
/** Has been here from the start. */
let zoe: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, env: { ANSWER_CACHE_SHARE_AFTER: '1', DATABASE_POOL_MAX: '40' } })
  // A process that has never answered is busy with itself for longer than Redis may take, and whoever cannot ask who leads
  // is on their own. Connections are opened and code is compiled once in a process's life; this is about all turns after.
  zoe = await signUp(goldfish.url)
  for (let round = 0; round < 3; round += 1)
    await Promise.all(
      Array.from({ length: 36 }, (_, index) => at(zoe, index).send({ conversationId: v7() }, `What is a ${word()}?`)),
    )
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  for (const [index, instance] of goldfish.instances.entries()) {
    if (instance.isRunning) continue
    await instance.restart()
    // It may be the next to lead: not before it finds in Redis what is there.
    const again = () => at(zoe, index).send({ conversationId: v7() }, 'What is a goldfish?')
    await vi.waitFor(async () => expect((await again()).cache?.status).toBe('hit'), { timeout: 30_000 })
  }
  goldfish.stub.reset()
})

const word = () => v7().replaceAll(/[^a-z]/g, '')
const slow = (text: string, tokens = 40) => `[stub:tokens=${tokens}] [stub:gap=25] ${text} ${word()}?`
/** For the call of a leader that is to be killed or stopped: all others have joined long before it would end. */
const longAnswer = { tokens: 800, gapMs: 25 }
const at = (who: Person, index: number) => personAt(goldfish.instances[index % 3]?.url ?? '', who, goldfish.url)
/** The turns of this person that run, and how much of each is saved. */
const turnsOf = (person: Person) =>
  goldfish.sql<{ parts: number }>(
    `select jsonb_array_length(m.parts) as parts from message m join "user" u on u.id = m.user_id
    where m.status = 'streaming' and u.email = $1`,
    [person.email],
  )
const streaming = (person: Person) => async () => (await turnsOf(person)).length
/** Those that have shown some text: what is saved of a turn has been written to its reader. */
const telling = (person: Person) => async () => (await turnsOf(person)).filter(({ parts }) => parts > 0).length
/** What the processes say of Redis: who cannot ask it in time is on their own. */
const trouble = () => goldfish.instances.map(({ output }) => output()).join('')
const calls = () => goldfish.stub.log().length
const allEqual = (answers: readonly Sent[]) => new Set(answers.map(({ text }) => text)).size === 1

/** Who leads is whoever has the model asked. */
async function startLeader(who: Person, conversationId: string, text: string) {
  const leader = at(who, 0)
  const running = leader
    .fetch('/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ conversationId, message: userMessage(text) }),
    })
    .then(readAnswer)
    .catch(() => null)
  await expect.poll(calls).toBe(1)
  return { running }
}

test('fifty conversations of one user: one call, fifty equal answers', async () => {
  const ada = await signUp(goldfish.url)
  // Whoever comes after the end of the answer follows nobody: it lasts for longer than a busy machine lets people wait.
  const question = slow('What is a goldfish of kind', 160)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => at(ada, index).send({ conversationId: v7() }, question)),
  )
  expect(calls(), trouble()).toBe(1)
  expect(answers.map(({ metadata }) => metadata?.status)).toEqual(Array(50).fill('complete'))
  expect(allEqual(answers)).toBe(true)
  const followers = answers.filter(({ cache }) => cache?.collapsed)
  for (const { headers, metadata } of followers) {
    expect(headers.get('cache-status')).toBe('goldfish; fwd=miss; collapsed')
    expect(metadata).toMatchObject({ usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 })
  }
  expect(followers.length).toBeGreaterThan(30)
})

test('fifty users where one asker is enough: one call, fifty equal answers, and nothing of the leader in them', async () => {
  const people = await signUpMany(goldfish.url, 10)
  for (const person of people)
    await person.fetch('/api/preferences', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answerCache: 'shared' }),
    })
  const question = slow('What is a carp of kind')
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const person = people[index % 10]
      if (!person) throw new Error('ten people')
      return at(person, index).send({ conversationId: v7() }, question)
    }),
  )
  expect(calls()).toBe(1)
  expect(allEqual(answers)).toBe(true)
  expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(50)
  expect(new Set(answers.map(({ metadata }) => metadata?.turnId)).size).toBe(50)
})

test('users who keep their answers to themselves each have the model asked', async () => {
  const people = await Promise.all([signUp(goldfish.url), signUp(goldfish.url)])
  const question = slow('What is a perch of kind', 10)
  await Promise.all(people.map((person) => person.send({ conversationId: v7() }, question)))
  expect(calls()).toBe(2)
})

test('the leader’s server dies: one follower leads, and all end well', async () => {
  const ada = await signUp(goldfish.url)
  // One of them leads when the lease is over, and each of the others looks for that once a second.
  const question = slow('What is a tench of kind', 160)
  goldfish.stub.script([longAnswer])
  await startLeader(ada, v7(), question)
  const followers = Array.from({ length: 9 }, (_, index) =>
    at(ada, 1 + (index % 2)).send({ conversationId: v7() }, question),
  )
  await expect.poll(async () => (await ada.fetch('/api/conversations')).text()).toContain('tench')
  await expect.poll(streaming(ada)).toBe(10)
  await goldfish.instances[0]?.kill()
  const answers = await Promise.all(followers)
  expect(calls()).toBe(2)
  expect(answers.map(({ metadata, error }) => error ?? metadata?.status)).toEqual(Array(9).fill('complete'))
  expect(allEqual(answers)).toBe(true)
})

/** What a client shows in the end that knows the SDK's own chunks only. */
async function textInUseChat(chunks: Sent['chunks']): Promise<string> {
  let shown: UIMessage | null = null
  const stream = simulateReadableStream({
    chunks: chunks as UIMessageChunk[],
    initialDelayInMs: null,
    chunkDelayInMs: null,
  })
  for await (const message of readUIMessageStream({ stream })) shown = message
  return shown?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? ''
}

test('the leader is stopped: its followers begin anew, with one call', async () => {
  const ada = await signUp(goldfish.url)
  const conversationId = v7()
  const question = slow('What is a bream of kind', 160)
  goldfish.stub.script([longAnswer])
  const { running } = await startLeader(ada, conversationId, question)
  const followers = Array.from({ length: 5 }, (_, index) => at(ada, index).send({ conversationId: v7() }, question))
  await expect.poll(telling(ada)).toBe(6)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
  expect((await running)?.metadata?.status).toBe('stopped')
  const answers = await Promise.all(followers)
  expect(calls()).toBe(2)
  expect(allEqual(answers)).toBe(true)
  expect(answers.map(({ metadata }) => metadata?.status)).toEqual(Array(5).fill('complete'))
  // What they had been shown of the first was taken back, and what is stored is what they were shown last.
  expect(answers.every(({ chunks }) => chunks.some(({ type }) => type === 'data-restart'))).toBe(true)
  expect(await Promise.all(answers.map(({ chunks }) => textInUseChat(chunks)))).toEqual(answers.map(({ text }) => text))
})

test('a follower that stops stops nobody else', async () => {
  const ada = await signUp(goldfish.url)
  const question = slow('What is a roach of kind')
  goldfish.stub.script([{ tokens: 240, gapMs: 25 }])
  const { running } = await startLeader(ada, v7(), question)
  const conversationId = v7()
  const follower = at(ada, 1).send({ conversationId }, question)
  await expect.poll(async () => (await ada.messages(conversationId).catch(() => []))[0]?.parts.length ?? 0).toBe(1)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
  expect((await follower).metadata?.status).toBe('stopped')
  expect((await running)?.metadata?.status).toBe('complete')
  expect(calls()).toBe(1)
})

test('a leader that calls a tool leads no more: the others see nothing of what it was told, and get an answer', async () => {
  const [ada, eve] = [await signUp(goldfish.url), await signUp(goldfish.url)]
  for (const person of [ada, eve])
    await person.fetch('/api/preferences', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answerCache: 'shared' }),
    })
  const question = `What is a tench of kind ${word()}? [stub:say=One moment.] [stub:tool=list_todos {}] [stub:echo] [stub:gap=30]`
  goldfish.stub.script([{ ttftMs: 1_500, say: 'One moment.' }])
  const { running } = await startLeader(ada, v7(), question)
  const followed = at(eve, 1).send({ conversationId: v7() }, question)
  await expect.poll(streaming(eve), { timeout: 15_000 }).toBe(1)
  const [led, answer] = await Promise.all([running, followed])
  expect(led).toMatchObject({ error: null, metadata: { status: 'complete', cacheStored: false } })
  expect(answer).toMatchObject({ status: 200, error: null, metadata: { status: 'complete', cacheStored: false } })
  // Each has called the tool for itself, and the model has answered each.
  expect(calls(), trouble()).toBe(4)
  expect(answer.chunks.filter(({ type }) => type === 'tool-output-available')).toHaveLength(1)
  // No two calls answer the same: nothing of what the leader was told after its call was ever on the other's screen.
  const [told] = led?.text.match(/Answer \d+ to/) ?? []
  expect(told).toBeDefined()
  const seen = answer.chunks.map(({ type, delta }) => (type === 'text-delta' ? delta : '')).join('')
  expect(seen).not.toContain(told)
})
