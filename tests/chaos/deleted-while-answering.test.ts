/**
 * Tests that a deletion wins over a running answer, for each way to delete, at each moment, and
 * for each process that may die.
 */
import { Client } from 'pg'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { familyOf } from '@/lib/answer-cache/key-families'
import { type Person, personAt, readAnswer, type Sent, signUp, userMessage } from '@/tests/integration/chat-client'
import { makeKey } from '@/tests/integration/key-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish & { proxies: Proxies }
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, throughProxies: true, env: { ANSWER_CACHE_SHARE_AFTER: '1' } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  goldfish.stub.reset()
  await goldfish.redis.flushall()
  ada = await signUp(goldfish.url)
  await change(ada, 'PATCH', '/api/preferences', { answerCache: 'shared' })
})
afterEach(async () => {
  await goldfish.proxies.redis.restore()
  for (const [index, instance] of goldfish.instances.entries()) {
    if (instance.isRunning) continue
    await instance.restart()
    // In its first turn a process is busy for longer than Redis calls may take, so it must be warmed up.
    const attempt = () => at(index).send({ conversationId: v7() }, 'What is a goldfish?')
    await expect.poll(async () => (await attempt()).cache?.status).toBe('hit')
  }
})

const at = (index: number, who = ada) => personAt(goldfish.instances[index]?.url ?? '', who, goldfish.url)
const change = (who: Person, method: string, path: string, body?: object) =>
  who.fetch(path, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    ...(body && { body: JSON.stringify(body) }),
  })
const newQuestion = () => `What is a goldfish of kind ${v7().replaceAll(/[^a-z]/g, '')}?`
const calls = () => goldfish.stub.log()

type Running = { conversationId: string; question: string; answer: Promise<Sent | null> }

/** Starts an answer on instance 0 and waits until a part of it is saved. The answer would take another 20 s. */
async function startAnswer(more: object = {}, who = ada): Promise<Running> {
  const question = newQuestion()
  const conversationId = v7()
  const before = calls().length
  goldfish.stub.script([{ match: question, times: 1, tokens: 800, gapMs: 25 }])
  const answer = change(at(0, who), 'POST', '/api/chat', { conversationId, message: userMessage(question), ...more })
    .then(readAnswer)
    .catch(() => null)
  await expect.poll(() => calls().length).toBe(before + 1)
  await expect
    .poll(async () => (await rows(conversationId)).some(({ role, length }) => role === 'assistant' && length > 0))
    .toBe(true)
  return { conversationId, question, answer }
}

const rows = (conversationId: string) =>
  goldfish.sql<{ role: string; status: string; length: number; ref: object | null }>(
    `select role, status, jsonb_array_length(parts) as length, cache_entry as ref from message where conversation_id = $1
    order by seq`,
    [conversationId],
  )

const usageOf = ({ email }: Person, which: string) =>
  goldfish.sql(`select outcome from usage where ${which} and user_id = (select id from "user" where email = $1)`, [
    email,
  ])

/** Lists the keys of answers, questions, askers, vectors and logs in Redis. */
async function cached(): Promise<string[]> {
  const keys: string[] = []
  for (const key of await goldfish.redis.keys('gf:1:*')) {
    const name = familyOf(key)?.name
    if (name === 'logs of turns') {
      const [entry] = await goldfish.redis.xrange(key, '-', '+')
      if (entry?.[1][0] !== 'broken') keys.push(key)
    } else if (/answers|pointers|vectors|askers|embeddings|leases/.test(name ?? '') && name !== 'withdrawn answers')
      keys.push(key)
  }
  return keys
}

/** Expects that nothing of the deleted answer is left and that no turn is running. */
async function expectNothing({ question }: Running): Promise<void> {
  await expect.poll(() => calls().map(({ clientAborted }) => clientAborted)).toEqual([true])
  await expect.poll(cached).toEqual([])
  expect(await usageOf(ada, `outcome <> 'stopped'`)).toEqual([])
  await expectNotCached(question)
}

async function expectNotCached(question: string, reader = at(1)): Promise<void> {
  const looked = await reader.send({ conversationId: v7(), cache: 'only' }, question)
  expect(looked.problem).toMatchObject({ status: 504, code: 'not_cached' })
}

const deletions = {
  'the conversation': async ({ conversationId }: Running) =>
    expect((await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)).status).toBe(204),
  'all conversations': async () =>
    expect(await (await change(at(1), 'DELETE', '/api/conversations')).json()).toMatchObject({ count: 1 }),
  'all archived conversations': async ({ conversationId }: Running) => {
    expect((await change(at(1), 'PATCH', `/api/conversations/${conversationId}`, { archived: true })).status).toBe(200)
    const response = await change(at(1), 'DELETE', '/api/conversations?archived=true')
    expect(await response.json()).toMatchObject({ count: 1 })
  },
  'a temporary conversation by its age': ({ conversationId }: Running) =>
    goldfish.sql(`update conversation set created_at = now() - interval '25 hours' where id = $1`, [conversationId]),
} as const

describe.each(Object.entries(deletions))('deletion of %s', (name, remove) => {
  const more = name.startsWith('a temporary') ? { temporary: true } : {}

  test('a deletion stops the model call of a running answer and leaves nothing in the cache', async () => {
    const running = await startAnswer(more)
    await remove(running)
    await expectNothing(running)
    expect((await running.answer)?.metadata?.status).toBe('stopped')
  })

  test('a deletion leaves nothing in the cache if the process that writes the answer dies afterwards', async () => {
    const running = await startAnswer(more)
    await remove(running)
    if (name.startsWith('a temporary')) await expect.poll(() => rows(running.conversationId)).toEqual([])
    await goldfish.instances[0]?.kill()
    // The sweep has no access to Redis, so the event log of a process that dies before it notices the deletion would
    // only expire by its TTL. The test deletes it instead.
    if (name.startsWith('a temporary'))
      for (const key of await goldfish.redis.keys('gf:1:log:*')) await goldfish.redis.del(key)
    await expectNothing(running)
    expect((await rows(running.conversationId)).filter(({ status }) => status === 'streaming')).toEqual([])
  })

  test('a deletion stops the answer and keeps it out of the cache while Redis is unavailable', async () => {
    const running = await startAnswer(more)
    await goldfish.proxies.redis.refuse()
    await remove(running)
    await expect.poll(() => calls().map(({ clientAborted }) => clientAborted)).toEqual([true])
    expect((await running.answer)?.metadata?.status).toBe('stopped')
    await goldfish.proxies.redis.restore()
    await expect.poll(async () => (await at(1).send({ conversationId: v7(), cache: 'only' }, 'x')).status).toBe(504)
    await expectNotCached(running.question)
  })
})

test('deleting an account stops the model calls of its chats and completions, and leaves nothing', async () => {
  const running = await startAnswer()
  const question = newQuestion()
  goldfish.stub.script([{ match: question, times: 1, tokens: 800, gapMs: 25 }])
  const { key } = await makeKey(ada, ['chat'])
  const completion = fetch(`${goldfish.instances[0]?.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'stub-model', messages: [{ role: 'user', content: question }] }),
  }).catch(() => null)
  await expect.poll(() => calls().length).toBe(2)
  const response = await change(at(1), 'POST', '/api/auth/delete-user', { password: 'correct horse battery staple' })
  expect(response.status).toBe(200)
  await expect.poll(() => calls().map(({ clientAborted }) => clientAborted)).toEqual([true, true])
  await Promise.all([running.answer, completion])
  await expect.poll(cached).toEqual([])
  expect(await usageOf(ada, 'true')).toEqual([])
})

test('a restored conversation shows the partial answer as stopped and can be continued', async () => {
  const { conversationId, answer } = await startAnswer()
  const path = `/api/conversations/${conversationId}`
  await change(at(1), 'DELETE', path)
  expect((await change(at(1), 'POST', `${path}/restore`)).status).toBe(204)
  const [stopped] = await at(1).messages(conversationId)
  expect(stopped).toMatchObject({ status: 'stopped', parts: [{ type: 'text' }] })
  await answer
  expect((await at(1).messages(conversationId))[0]).toEqual(stopped)
  expect((await at(1).send({ conversationId }, 'And today?')).metadata?.status).toBe('complete')
})

test('a reader on another instance receives the end of a deleted answer', async () => {
  const { conversationId, answer } = await startAnswer()
  const following = at(1).fetch(`/api/chat/${conversationId}/stream`).then(readAnswer)
  await expect.poll(() => goldfish.redis.keys('gf:1:log:*')).toHaveLength(1)
  await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)
  expect((await following).metadata?.status).toBe('stopped')
  await answer
})

test('a repeated send with the same id returns neither the answer nor a new one', async () => {
  const conversationId = v7()
  const message = userMessage('What is a carp?')
  expect((await at(0).send({ conversationId, message })).metadata?.status).toBe('complete')
  await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)
  expect((await at(0).send({ conversationId, message })).status).toBe(404)
})

test('followers of a deleted answer start over and get their own answer', async () => {
  const { question, conversationId, answer } = await startAnswer()
  const followers = [0, 1, 1].map((index) => at(index).send({ conversationId: v7() }, question))
  await expect
    .poll(() => goldfish.sql(`select 1 from message where status = 'streaming' and jsonb_array_length(parts) > 0`))
    .toHaveLength(4)
  await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)
  const answers = await Promise.all(followers)
  expect(answers.map(({ metadata }) => metadata?.status)).toEqual(['complete', 'complete', 'complete'])
  expect(answers.every(({ chunks }) => chunks.some(({ type }) => type === 'data-restart'))).toBe(true)
  // One of them leads. Those that come after its answer was stored call the model themselves.
  expect(calls().length).toBeGreaterThan(1)
  await answer
})

test('a deletion cancels the running title generation', async () => {
  const conversationId = v7()
  const question = newQuestion()
  const titleCalls = () => goldfish.stub.titleLog(question)
  goldfish.stub.titleScript([{ match: question, ttftMs: 60_000 }])
  expect((await at(0).send({ conversationId }, question)).metadata?.status).toBe('complete')
  await expect.poll(() => titleCalls().length).toBe(1)
  await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)
  await expect.poll(() => titleCalls()[0]?.clientAborted).toBe(true)
  expect(await usageOf(ada, `purpose = 'title'`)).toEqual([])
})

/** Holds a row lock until `act` has run and the expected statement waits for it. */
async function whileLocked(
  lock: string,
  id: string,
  act: (waiting: (query: string) => Promise<void>) => Promise<void>,
) {
  const holder = new Client({ connectionString: goldfish.databaseUrl })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(lock, [id])
    await act(async (query) => {
      const waiting = () =>
        goldfish.sql(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ $1`,
          [query],
        )
      await expect.poll(waiting).not.toEqual([])
    })
    await holder.query('rollback')
  } finally {
    await holder.end()
  }
}

/** Patterns of the statements of a deletion, and of a checkpoint or the end of a turn. */
const stopsTurns = 'with ended as'
const closes = 'with closed as'
const savesOrCloses = `"lease_expires_at" = now|${closes}`

const lockAnswer = `select 1 from message where conversation_id = $1 and role = 'assistant' for update`
/** Lets the answer be saved. Its closing statement updates the answer and then waits. */
const lockUsage = `insert into usage (user_id, turn_id, model, outcome, duration_ms)
  select user_id, turn_id, '', 'stopped', 0 from message where conversation_id = $1 and role = 'assistant'`

describe('deletion at the end of an answer', () => {
  test.each([
    ['after', true],
    ['before', false],
  ])('a deletion just %s the end of the answer leaves nothing in the cache', async (_, closesFirst) => {
    const question = `${newQuestion()} [stub:gap=20] [stub:tokens=40]`
    const conversationId = v7()
    const sending = at(0).send({ conversationId }, question)
    const deletion = () => change(at(1), 'DELETE', `/api/conversations/${conversationId}`)
    await expect.poll(() => rows(conversationId)).toHaveLength(2)
    let deleting: Promise<Response> | null = null
    await whileLocked(closesFirst ? lockUsage : lockAnswer, conversationId, async (waiting) => {
      if (closesFirst) await waiting(closes)
      deleting = deletion()
      await waiting(stopsTurns)
      if (!closesFirst) await waiting(savesOrCloses)
    })
    expect((await (deleting as Promise<Response> | null))?.status).toBe(204)
    await sending
    await expect.poll(cached).toEqual([])
    await expectNotCached(question)
  })

  test('a deletion while Redis is frozen leaves no answer that can be found afterwards', async () => {
    const question = `${newQuestion()} [stub:gap=20] [stub:tokens=40]`
    const conversationId = v7()
    const sending = at(0).send({ conversationId }, question)
    await expect.poll(() => rows(conversationId)).toHaveLength(2)
    await expect.poll(() => calls().length).toBe(1)
    goldfish.proxies.redis.freeze()
    expect((await sending).metadata).toMatchObject({ status: 'complete', cacheStored: false })
    expect((await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)).status).toBe(204)
    await goldfish.proxies.redis.restore()
    await expect.poll(async () => (await at(1).send({ conversationId: v7(), cache: 'only' }, 'x')).status).toBe(504)
    await expectNotCached(question)
  })

  test('while Redis is away leaves nothing that can be found, even if the deleting process dies', async () => {
    await change(ada, 'PATCH', '/api/preferences', { answerCache: 'private' })
    const question = newQuestion()
    const conversationId = v7()
    expect((await at(0).send({ conversationId }, question)).metadata?.cacheStored).toBe(true)
    await goldfish.proxies.redis.refuse()
    expect((await change(at(1), 'DELETE', `/api/conversations/${conversationId}`)).status).toBe(204)
    await goldfish.instances[1]?.kill()
    await goldfish.proxies.redis.restore()
    await expect.poll(async () => (await at(0).send({ conversationId: v7(), cache: 'only' }, 'x')).status).toBe(504)
    await expectNotCached(question, at(0))
  })
})

test('if the deleting process dies before its commit, nothing is deleted and the answer continues', async () => {
  const { conversationId, answer } = await startAnswer()
  await whileLocked(lockAnswer, conversationId, async (waiting) => {
    const deleting = change(at(1), 'DELETE', `/api/conversations/${conversationId}`).catch(() => null)
    await waiting(stopsTurns)
    await goldfish.instances[1]?.kill()
    await deleting
  })
  expect((await at(0).fetch(`/api/conversations/${conversationId}`)).status).toBe(200)
  expect((await change(at(0), 'POST', `/api/chat/${conversationId}/stop`)).status).toBe(202)
  expect((await answer)?.metadata?.status).toBe('stopped')
})

test('a tool that is called after the deletion writes nothing', async () => {
  const conversationId = v7()
  goldfish.stub.script([{ ttftMs: 200, say: 'Wait.' }])
  const sending = at(0).send({ conversationId }, `[stub:tool=create_todo {"title":"Ghost"}] ${newQuestion()}`)
  await expect.poll(() => rows(conversationId)).toHaveLength(2)
  // Creates the state that a deletion leaves, without a signal and without a checkpoint in between.
  await goldfish.sql(
    `with gone as (update conversation set deleted_at = now() where id = $1)
    update message set status = 'stopped', fence = fence + 1, lease_expires_at = null
    where conversation_id = $1 and status = 'streaming'`,
    [conversationId],
  )
  expect((await sending).metadata?.status).toBe('stopped')
  expect(await goldfish.sql(`select 1 from todo where title = 'Ghost'`)).toEqual([])
})
