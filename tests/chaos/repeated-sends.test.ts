/**
 * One id must be one turn, independent of the number of clients that send it, of
 * repetitions, and of failures in between.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, personAt, type Sent, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { createKiller } from './killer'
import { sendUntilSettled } from './send-until-settled'

const chatLimit = 3
const limits = { chat: `${chatLimit}/400000000`, 'sign-up': '1000/60' }

let goldfish: Goldfish & { proxies: Proxies }
let ada: Person
beforeAll(async () => {
  const env = { RATE_LIMITS: JSON.stringify(limits) }
  goldfish = await startGoldfish({ instances: 3, throughProxies: true, env })
  // The modules that a process loads for its first turn would otherwise delay the turns that are interrupted.
  const guest = await signUp(goldfish.url)
  for (const place of [0, 1, 2])
    expect((await on(place, guest).send({ conversationId: v7() }, 'Hello?')).status).toBe(200)
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

const on = (place: number, person: Person = ada) =>
  personAt(goldfish.instances[place % 3]?.url ?? '', person, goldfish.url)
const rowsOf = (conversationId: string) =>
  goldfish.sql<{ role: string; parts: unknown }>(
    'select role, parts from message where conversation_id = $1 order by user_id, seq',
    [conversationId],
  )
const idOfOwner = async ({ email }: Person) =>
  (await goldfish.sql(`select id from "user" where email = $1`, [email]))[0]?.id
/** Returns everything except ids and times by which a client could distinguish two answers. */
const shapeOf = ({ status, headers, chunks, problem, error }: Sent) => ({
  status,
  headers: [...headers.keys()].toSorted(),
  chunks: [...new Set(chunks.map(({ type }) => type))],
  problem: problem && { ...problem, requestId: '' },
  error,
})

test('45 repeated sends of a running turn, a third of them interrupted by a kill, get the one answer of one model call', async () => {
  const killer = createKiller(goldfish.instances)
  const conversationId = v7()
  const message = userMessage('[stub:tokens=600] [stub:gap=20] Everybody at once')
  const request = { conversationId, message, turnId: message.id }
  const first = sendUntilSettled(ada, request, { first: on(0) })
  await expect.poll(() => goldfish.stub.log().length, { timeout: 10_000 }).toBe(1)

  const killedInstance = goldfish.instances[2]
  let startedThere = 0
  const onFirstByte = () => {
    startedThere += 1
    if (startedThere === 10 && killedInstance) killer.kill(killedInstance)
  }
  const more = await Promise.all(
    Array.from({ length: 45 }, (_, index) =>
      sendUntilSettled(ada, request, { first: on(index), watcher: index % 3 === 2 ? { onFirstByte } : {} }),
    ),
  )
  await killer.untilUp(3)
  expect(killer.kills).toHaveLength(1)
  const { status, messageId, streams } = await first
  expect(status).toBe('complete')
  expect(new Set(more.map((turn) => `${turn.status} ${turn.messageId}`))).toEqual(new Set([`complete ${messageId}`]))
  expect(new Set(more.map((turn) => turn.streams.at(-1)?.text))).toEqual(new Set([streams.at(-1)?.text]))
  expect(more.filter((turn) => turn.streams.length > 1).length).toBeGreaterThanOrEqual(10)
  expect((await rowsOf(conversationId)).map(({ role }) => role)).toEqual(['user', 'assistant'])
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('every instance refuses another text under the id of a turn, during the turn and after it', async () => {
  const conversationId = v7()
  const message = userMessage('[stub:tokens=40] [stub:gap=20] The first text')
  const other = { ...userMessage('Another text'), id: message.id }
  const misuse = async () => {
    const answers = await Promise.all([0, 1, 2].map((place) => on(place).send({ conversationId, message: other })))
    for (const { problem } of answers) expect(problem).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
    // An id is unique within the account and not only within its conversation.
    const elsewhere = await on(1).send({ conversationId: v7(), message })
    expect(elsewhere.problem).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
  }
  const running = ada.send({ conversationId, message })
  await expect.poll(() => goldfish.stub.log().length, { timeout: 10_000 }).toBe(1)
  await misuse()
  expect((await running).error).toBeNull()
  const before = await rowsOf(conversationId)
  await misuse()
  expect(await rowsOf(conversationId)).toEqual(before)
  expect(before.map(({ parts }) => JSON.stringify(parts))[0]).toContain('The first text')
  expect(await goldfish.sql('select 1 from conversation where user_id = $1', [await idOfOwner(ada)])).toHaveLength(1)
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('an id that another user has used cannot be distinguished from an unused one', async () => {
  const conversationId = v7()
  const message = userMessage('What no other user may learn')
  const hers = await ada.send({ conversationId, message })
  const before = await rowsOf(conversationId)
  const [bob, cleo] = [await signUp(goldfish.url), await signUp(goldfish.url)]

  const used = await bob.send({ conversationId, message: { ...userMessage('My own text'), id: message.id } })
  const fresh = await cleo.send({ conversationId: v7(), message: userMessage('My own text') })
  expect(shapeOf(used)).toEqual(shapeOf(fresh))
  expect(used.status).toBe(200)
  const regenerate = (messageId: string | null, conversation: string) =>
    bob.send({
      conversationId: conversation,
      trigger: 'regenerate-message',
      messageId: messageId ?? '',
      turnId: v7(),
    })
  const [known, unknown] = [await regenerate(hers.messageId, conversationId), await regenerate(v7(), conversationId)]
  expect(known.status).toBe(404)
  expect(shapeOf(known)).toEqual(shapeOf(unknown))

  const owners = await goldfish.sql<{ user_id: string; parts: unknown; role: string }>(
    'select user_id, role, parts from message where conversation_id = $1 order by seq',
    [conversationId],
  )
  const mine = await idOfOwner(ada)
  expect(owners.filter(({ user_id }) => user_id === mine).map(({ role, parts }) => ({ role, parts }))).toEqual(before)
  expect(JSON.stringify(owners.filter(({ user_id }) => user_id !== mine))).not.toContain('no other user')
})

test('at the rate limit an accepted turn can still be sent again and does not count again', async () => {
  const sends = Array.from({ length: chatLimit }, (_, index) => ({
    conversationId: v7(),
    message: userMessage(`Accepted ${index}`),
  }))
  for (const request of sends) expect((await ada.send(request)).status).toBe(200)
  expect((await ada.send({ conversationId: v7() }, 'One too many')).status).toBe(429)
  const counts = async () => {
    const keys = await goldfish.redis.keys('gf:1:limit:chat*')
    return keys.length > 0 ? goldfish.redis.mget(...keys.toSorted()) : []
  }
  const before = await counts()
  const repeated = await Promise.all(sends.flatMap((request) => [0, 1, 2].map((place) => on(place).send(request))))
  expect(repeated.map(({ status }) => status)).toEqual(repeated.map(() => 200))
  expect(repeated.every(({ headers }) => headers.get('idempotency-replayed') === 'true')).toBe(true)
  expect(await counts()).toEqual(before)
  expect(goldfish.stub.log()).toHaveLength(chatLimit)
})
