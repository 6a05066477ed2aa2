/**
 * The response of Postgres to a successful statement is lost. When the client repeats the request with the same id,
 * nothing must be lost and nothing duplicated.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, readAnswer, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { sendUntilSettled } from './send-until-settled'

let goldfish: Goldfish & { proxies: Proxies }
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, throughProxies: true })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

type Row = { role: string; status: string; text: string }
const rowsOf = (conversationId: string) =>
  goldfish.sql<Row>(
    `select role, status, coalesce(parts -> 0 ->> 'text', '') as text from message where conversation_id = $1 order by seq`,
    [conversationId],
  )

test('if the response to the opening of a turn is lost, the turn is rolled back and a repeated send starts it again', async () => {
  const conversationId = v7()
  const message = userMessage('Did you get this?')
  goldfish.proxies.postgres.cutAnswerTo('previous_leaf_id = conversation.active_leaf_id')
  const lost = await ada.send({ conversationId, message })
  expect(lost.problem).toMatchObject({ status: 503, code: 'database_unavailable' })
  expect(goldfish.stub.log()).toEqual([])

  const { status } = await sendUntilSettled(ada, { conversationId, message, turnId: message.id })
  expect(status).toBe('complete')
  expect(await rowsOf(conversationId)).toMatchObject([
    { role: 'user', text: 'Did you get this?' },
    { role: 'assistant', status: 'complete' },
  ])
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('if the response to the closing of a turn is lost, a repeated send returns the complete answer without another model call', async () => {
  const conversationId = v7()
  const message = userMessage('And this?')
  goldfish.proxies.postgres.cutAnswerTo('update message set status = $')
  const lost = await ada.send({ conversationId, message })
  expect(lost.error).toMatchObject({ code: 'database_unavailable', retryable: true })
  const repeated = await ada.send({ conversationId, message })
  expect(repeated).toMatchObject({ status: 200, error: null, text: lost.text, messageId: lost.messageId })
  expect(await rowsOf(conversationId)).toMatchObject([
    { role: 'user', text: 'And this?' },
    { role: 'assistant', status: 'complete', text: lost.text },
  ])
  expect(
    await goldfish.sql("select 1 from usage where turn_id = $1 and purpose = 'answer'", [message.id]),
  ).toHaveLength(1)
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('if the response to a deletion is lost, the conversation is deleted and can be restored completely', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, 'Delete me')
  const path = `/api/conversations/${conversationId}`
  goldfish.proxies.postgres.cutAnswerTo('commit')
  const lost = await readAnswer(await ada.fetch(path, { method: 'DELETE' }))
  expect(lost.problem).toMatchObject({ status: 503, code: 'database_unavailable' })
  expect((await ada.fetch(path, { method: 'DELETE' })).status).toBe(404)
  expect((await ada.fetch(`${path}/restore`, { method: 'POST' })).status).toBe(204)
  expect(await ada.messages(conversationId)).toHaveLength(2)
})

test('if the response to the COMMIT of a sign-up is lost, there is one account and its password works', async () => {
  const email = `${v7()}@example.com`
  const password = 'correct horse battery staple'
  const post = (path: string, body: object) =>
    fetch(`${goldfish.url}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: goldfish.url },
      body: JSON.stringify(body),
    })
  goldfish.proxies.postgres.cutAnswerTo('commit')
  const lost = await post('/sign-up/email', { name: 'Bob', email, password })
  expect(lost.status).toBeGreaterThanOrEqual(500)
  expect((await post('/sign-up/email', { name: 'Bob', email, password })).status).toBe(422)
  expect((await post('/sign-in/email', { email, password })).status).toBe(200)
  const accounts = 'select a.id from account a join "user" u on u.id = a.user_id where u.email = $1'
  expect(await goldfish.sql(accounts, [email])).toHaveLength(1)
})
