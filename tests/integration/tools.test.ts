import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, readAnswer, signUp, userMessage } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2 })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

const post = (person: Person, path: string, body: unknown, headers: Record<string, string> = {}) =>
  person.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const decide = (person: Person, conversationId: string, callId: string, body: unknown = { approved: true }) =>
  post(person, `/api/chat/${conversationId}/approvals/${callId}`, body)
const onInstance = (index: number) => personAt(goldfish.instances[index]?.url ?? '', ada, goldfish.url)
const todos = () =>
  goldfish.sql<{ title: string; done: boolean }>(
    `select title, done from todo t join "user" u on u.id = t.user_id where u.email = $1 order by title`,
    [ada.email],
  )
/** Returns the chunks of tool calls, except those that stream the arguments. */
const toolChunks = (chunks: readonly { type: string }[]) =>
  chunks.filter(({ type }) => /^tool-(?!input-(start|delta))/.test(type))

/** Makes the model request the deletion of a todo. Returns the conversation and the call that waits for approval. */
async function askToDelete(title = 'Milk') {
  const conversationId = v7()
  const sent = await ada.send(
    { conversationId },
    `[stub:tool=create_todo {"title":"${title}"}] [stub:then] [stub:tool=delete_todo {"id":"$id"}] [stub:text=So be it.]`,
  )
  const callId = sent.chunks.find(({ type }) => type === 'tool-approval-request')?.toolCallId
  if (typeof callId !== 'string') throw new Error('no approval was requested')
  return { conversationId, callId, sent }
}

test('the model creates two todos and completes one by the id in the tool result', async () => {
  const sent = await ada.send(
    { conversationId: v7() },
    '[stub:tool=create_todo {"title":"Milk"}] [stub:tool=create_todo {"title":"Bread"}] [stub:then] [stub:tool=complete_todo {"id":"$id"}] [stub:text=Done.]',
  )
  expect(sent).toMatchObject({ status: 200, error: null, text: 'Done.', metadata: { cacheStored: false } })
  expect(await todos()).toEqual([
    { title: 'Bread', done: false },
    { title: 'Milk', done: true },
  ])
})

describe('POST /api/chat/{id}/approvals/{call}', () => {
  test('an approval continues the answer, and the same decision again is replayed by another instance', async () => {
    const { conversationId, callId, sent } = await askToDelete()
    const first = await readAnswer(await decide(onInstance(0), conversationId, callId))
    expect(first).toMatchObject({ status: 200, error: null, text: 'So be it.', messageId: sent.messageId })
    expect(first.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
    expect(await todos()).toEqual([])
    const again = await readAnswer(await decide(onInstance(1), conversationId, callId))
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.text).toBe('So be it.')
    expect(toolChunks(again.chunks)).toEqual(toolChunks(first.chunks))
    const [answer] = await ada.messages(conversationId)
    expect(answer).toMatchObject({ id: sent.messageId, status: 'complete', siblings: [sent.messageId] })
  })

  test('the opposite decision on a decided tool call is rejected with 422', async () => {
    const { conversationId, callId } = await askToDelete()
    await readAnswer(await decide(ada, conversationId, callId, { approved: false }))
    const other = await decide(ada, conversationId, callId)
    expect({ status: other.status, code: (await other.json()).code }).toEqual({
      status: 422,
      code: 'idempotency_mismatch',
    })
    expect(await todos()).toHaveLength(1)
  })

  test('an approval by another user, of a call that does not wait, or with a malformed id returns 404', async () => {
    const { conversationId, callId } = await askToDelete()
    const eve = await signUp(goldfish.url)
    const answers = await Promise.all([
      decide(eve, conversationId, callId),
      decide(ada, v7(), callId),
      decide(ada, conversationId, 'call_forged'),
      decide(ada, conversationId, '..%2f..%2fx'),
      decide(ada, 'no-uuid', callId),
    ])
    for (const answer of answers) {
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'not_found' })
    }
    expect(await todos()).toHaveLength(1)
  })

  test.each([
    ['no fields', {}],
    ['a string for approved', { approved: 'yes' }],
    ['tool arguments', { approved: true, input: { id: v7() } }],
    ['a tool result', { approved: true, output: {} }],
    ['a body that is not an object', true],
  ])('an approval with %s is rejected', async (_, body) => {
    const { conversationId, callId } = await askToDelete()
    expect((await decide(ada, conversationId, callId, body)).status).toBe(400)
    expect(await todos()).toHaveLength(1)
  })

  test('an approval needs a signed-in user and the origin of this site', async () => {
    const { conversationId, callId } = await askToDelete()
    const path = `/api/chat/${conversationId}/approvals/${callId}`
    expect((await post(ada, path, { approved: true }, { cookie: '' })).status).toBe(401)
    expect((await post(ada, path, { approved: true }, { origin: 'https://evil.example' })).status).toBe(403)
    expect(await todos()).toHaveLength(1)
  })

  test('a pending approval survives the death of every process', async () => {
    const { conversationId, callId } = await askToDelete()
    for (const instance of goldfish.instances) {
      await instance.kill()
      await instance.restart()
    }
    const [waiting] = await ada.messages(conversationId)
    expect(waiting?.parts.at(-1)).toMatchObject({ type: 'tool-delete_todo', state: 'approval-requested' })
    expect((await readAnswer(await decide(ada, conversationId, callId))).text).toBe('So be it.')
    expect(await todos()).toEqual([])
  })
})

describe('a reader on another instance', () => {
  const startTurn = (conversationId: string, text: string) =>
    post(onInstance(0), '/api/chat', { conversationId, message: userMessage(text) })

  test('a reader on another instance gets the same tool calls live, and a reload shows them too', async () => {
    const conversationId = v7()
    const slow = '[stub:tool=create_todo {"title":"Milk"}] Please write that down'
    goldfish.stub.script([
      { match: slow, times: 1 },
      { match: slow, tokens: 80, gapMs: 50 },
    ])
    const running = startTurn(conversationId, slow).then(readAnswer)
    await expect.poll(todos, { timeout: 15_000 }).toHaveLength(1)
    const followed = await readAnswer(await onInstance(1).fetch(`/api/chat/${conversationId}/stream`))
    const sent = await running
    expect(toolChunks(followed.chunks)).toEqual(toolChunks(sent.chunks))
    expect(followed.text).toBe(sent.text)
    const [stored] = await onInstance(1).messages(conversationId)
    expect(stored?.parts.map(({ type }) => type)).toEqual(['tool-create_todo', 'step-start', 'text'])
  })

  test('a stop from another instance between two steps keeps the finished tool call', async () => {
    const conversationId = v7()
    const text = '[stub:tool=create_todo {"title":"Milk"}] Please write that down'
    goldfish.stub.script([
      { match: text, times: 1 },
      { match: text, hang: true },
    ])
    const running = startTurn(conversationId, text).then(readAnswer)
    await expect.poll(() => goldfish.stub.log(), { timeout: 15_000 }).toHaveLength(2)
    expect((await onInstance(1).fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(202)
    expect((await running).metadata).toMatchObject({ status: 'stopped', usage: { outputTokens: 0 } })
    expect((await ada.messages(conversationId))[0]).toMatchObject({
      status: 'stopped',
      parts: [{ type: 'tool-create_todo', state: 'output-available' }],
    })
    await expect.poll(() => goldfish.stub.log()[1]?.clientAborted, { timeout: 15_000 }).toBe(true)
  })
})

test('a tool call is in the JSON and Markdown exports, but not in share links, search or imports', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, '[stub:tool=create_todo {"title":"Wolpertinger"}] [stub:text=It is on your list.]')
  const read = async (path: string) => (await ada.fetch(path)).text()
  const json = await read(`/api/conversations/${conversationId}/export?format=json`)
  expect(json).toContain('"tool-create_todo"')
  const markdown = await read(`/api/conversations/${conversationId}/export?format=markdown`)
  expect(markdown).toContain('\n\n*create\\_todo*\n\nIt is on your list.\n')
  const [answer] = await ada.messages(conversationId)
  const found = JSON.parse(await read('/api/conversations?q=wolpertinger'))
  expect(found.items.map((item: { messageId: string }) => item.messageId)).not.toContain(answer?.id)
  const share = await (await ada.fetch(`/api/conversations/${conversationId}/share`, { method: 'POST' })).json()
  const shared = await (await fetch(`${goldfish.url}/api/shares/${share.shareId}`)).json()
  expect(JSON.stringify(shared.messages.at(-1))).toBe('{"role":"assistant","text":"It is on your list."}')

  const eve = await signUp(goldfish.url)
  const report = await eve.fetch('/api/conversations/import', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: json,
  })
  expect(await report.json()).toMatchObject({ imported: 1, failedCount: 0 })
  // Tool calls in an imported file were not run on this server, so the import must leave them out.
  expect((await eve.messages(conversationId))[0]?.parts.map(({ type }) => type)).toEqual(['text'])
})
