/**
 * Concurrent identical questions must lead to one model call and one answer, even if the leader
 * is stopped or its server dies.
 */
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
/** A user who signs up before all tests and warms up the instances. */
let zoe: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, env: { ANSWER_CACHE_SHARE_AFTER: '1', DATABASE_POOL_MAX: '40' } })
  // In its first turns a process opens connections and compiles code, which takes longer than Redis calls may take. A
  // turn whose Redis calls time out does not join a flight, so the instances are warmed up first.
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
    // The restarted instance may be the next leader, so it must be able to read from Redis before the test starts.
    const attempt = () => at(zoe, index).send({ conversationId: v7() }, 'What is a goldfish?')
    await vi.waitFor(async () => expect((await attempt()).cache?.status).toBe('hit'), { timeout: 30_000 })
  }
  goldfish.stub.reset()
})

const word = () => v7().replaceAll(/[^a-z]/g, '')
const slow = (text: string, tokens = 40) => `[stub:tokens=${tokens}] [stub:gap=25] ${text} ${word()}?`
/**
 * Script of a leader that is killed or stopped. The answer must be long enough for all
 * followers to join before it ends.
 */
const longAnswer = { tokens: 800, gapMs: 25 }
const at = (user: Person, index: number) => personAt(goldfish.instances[index % 3]?.url ?? '', user, goldfish.url)
/** Returns the running turns of a user, and how many parts of each are saved. */
const turnsOf = (person: Person) =>
  goldfish.sql<{ parts: number }>(
    `select jsonb_array_length(m.parts) as parts from message m join "user" u on u.id = m.user_id
    where m.status = 'streaming' and u.email = $1`,
    [person.email],
  )
const runningTurns = (person: Person) => async () => (await turnsOf(person)).length
/** Counts the turns that have sent text to their reader, which is true for a turn with saved parts. */
const turnsWithText = (person: Person) => async () => (await turnsOf(person)).filter(({ parts }) => parts > 0).length
/**
 * Returns the logs of all instances, shown if a test fails: a turn that cannot reach Redis
 * in time does not join a flight.
 */
const processLogs = () => goldfish.instances.map(({ output }) => output()).join('')
const calls = () => goldfish.stub.log().length
const allEqual = (answers: readonly Sent[]) => new Set(answers.map(({ text }) => text)).size === 1

/** Starts the turn that calls the model first, and so becomes the leader. */
async function startLeader(user: Person, conversationId: string, text: string) {
  const leader = at(user, 0)
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

test('fifty concurrent conversations of one user share one model call and one answer', async () => {
  const ada = await signUp(goldfish.url)
  // The answer must be long enough for a busy machine to start all turns in time, because a turn that starts after
  // its end does not follow it.
  const question = slow('What is a goldfish of kind', 160)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => at(ada, index).send({ conversationId: v7() }, question)),
  )
  expect(calls(), processLogs()).toBe(1)
  expect(answers.map(({ metadata }) => metadata?.status)).toEqual(Array(50).fill('complete'))
  expect(allEqual(answers)).toBe(true)
  const followers = answers.filter(({ cache }) => cache?.collapsed)
  for (const { headers, metadata } of followers) {
    expect(headers.get('cache-status')).toBe('goldfish; fwd=miss; collapsed')
    expect(metadata).toMatchObject({ usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 })
  }
  expect(followers.length).toBeGreaterThan(30)
})

test('users who share answers share one model call and one answer, but no message ids or turn ids', async () => {
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
      if (!person) throw new Error('There are ten users')
      return at(person, index).send({ conversationId: v7() }, question)
    }),
  )
  expect(calls()).toBe(1)
  expect(allEqual(answers)).toBe(true)
  expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(50)
  expect(new Set(answers.map(({ metadata }) => metadata?.turnId)).size).toBe(50)
})

test('users who do not share answers each call the model', async () => {
  const people = await Promise.all([signUp(goldfish.url), signUp(goldfish.url)])
  const question = slow('What is a perch of kind', 10)
  await Promise.all(people.map((person) => person.send({ conversationId: v7() }, question)))
  expect(calls()).toBe(2)
})

test('one follower becomes the leader if the leader’s server dies, and all followers complete', async () => {
  const ada = await signUp(goldfish.url)
  // The answer is long because followers check the lease only once a second and must join
  // the new leader before it ends.
  const question = slow('What is a tench of kind', 160)
  goldfish.stub.script([longAnswer])
  await startLeader(ada, v7(), question)
  const followers = Array.from({ length: 9 }, (_, index) =>
    at(ada, 1 + (index % 2)).send({ conversationId: v7() }, question),
  )
  await expect.poll(async () => (await ada.fetch('/api/conversations')).text()).toContain('tench')
  await expect.poll(runningTurns(ada)).toBe(10)
  await goldfish.instances[0]?.kill()
  const answers = await Promise.all(followers)
  expect(calls()).toBe(2)
  expect(answers.map(({ metadata, error }) => error ?? metadata?.status)).toEqual(Array(9).fill('complete'))
  expect(allEqual(answers)).toBe(true)
})

/** Returns the text that a client shows in the end if it only supports the chunks of the AI SDK. */
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

test('the followers of a stopped leader start over with one model call', async () => {
  const ada = await signUp(goldfish.url)
  const conversationId = v7()
  const question = slow('What is a bream of kind', 160)
  goldfish.stub.script([longAnswer])
  const { running } = await startLeader(ada, conversationId, question)
  const followers = Array.from({ length: 5 }, (_, index) => at(ada, index).send({ conversationId: v7() }, question))
  await expect.poll(turnsWithText(ada)).toBe(6)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
  expect((await running)?.metadata?.status).toBe('stopped')
  const answers = await Promise.all(followers)
  expect(calls()).toBe(2)
  expect(allEqual(answers)).toBe(true)
  expect(answers.map(({ metadata }) => metadata?.status)).toEqual(Array(5).fill('complete'))
  // The text of the first leader was withdrawn, and the stored text is the one that clients show in the end.
  expect(answers.every(({ chunks }) => chunks.some(({ type }) => type === 'data-restart'))).toBe(true)
  expect(await Promise.all(answers.map(({ chunks }) => textInUseChat(chunks)))).toEqual(answers.map(({ text }) => text))
})

test('stopping a follower stops neither the leader nor other followers', async () => {
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

test('a leader that calls a tool is no longer followed: its followers do not see the results, and get their own answer', async () => {
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
  await expect.poll(runningTurns(eve), { timeout: 15_000 }).toBe(1)
  const [led, answer] = await Promise.all([running, followed])
  expect(led).toMatchObject({ error: null, metadata: { status: 'complete', cacheStored: false } })
  expect(answer).toMatchObject({ status: 200, error: null, metadata: { status: 'complete', cacheStored: false } })
  // Each of the two users calls the tool, and the model is called twice for each of them.
  expect(calls(), processLogs()).toBe(4)
  expect(answer.chunks.filter(({ type }) => type === 'tool-output-available')).toHaveLength(1)
  // The text of each model call differs, so the follower must not have seen the text that
  // followed the leader's tool call.
  const [leaderText] = led?.text.match(/Answer \d+ to/) ?? []
  expect(leaderText).toBeDefined()
  const seen = answer.chunks.map(({ type, delta }) => (type === 'text-delta' ? delta : '')).join('')
  expect(seen).not.toContain(leaderText)
})
