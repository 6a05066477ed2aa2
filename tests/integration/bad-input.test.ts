import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { routesOfSource } from '@/tests/chaos/routes'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp, userMessage } from './chat-client'
import { makeKey } from './key-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

/** Returns counts of all that a rejected request must not add: model calls, messages, conversations and usage. */
const writeCounts = async () =>
  goldfish.stub.log().length +
  ' ' +
  (
    await goldfish.sql<{ n: string }>(
      `select (select count(*) from message) || ' ' || (select count(*) from conversation) || ' ' ||
      (select coalesce(sum(last_seq), 0) from conversation) || ' ' || (select count(*) from usage where purpose = 'answer') as n`,
    )
  )[0]?.n

const post = (body: BodyInit | null, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  ada.fetch('/api/chat', { method: 'POST', headers, body })

async function expectProblem(response: Response, status: number, code: string) {
  const body = await response.text()
  expect({ status: response.status, body }).toMatchObject({ status, body: expect.stringContaining(code) })
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  const problem = JSON.parse(body)
  expect(problem).toMatchObject({ status, code, requestId: response.headers.get('x-request-id') })
  expect(problem.title).toMatch(/\w/)
  expect(problem.detail).not.toMatch(/select|insert|postgres|redis|\bat .*:\d+/i)
}

const chatBody = (more: object = {}) => ({ conversationId: v7(), message: userMessage('Hello'), ...more })
const withText = (value: unknown) =>
  chatBody({ message: { ...userMessage(''), parts: [{ type: 'text', text: value }] } })
const withFile = (url: string) =>
  chatBody({ message: { ...userMessage(''), parts: [{ type: 'file', mediaType: 'image/png', url }] } })

const invalidBodies: [string, object][] = [
  ['a body without a conversation', { message: userMessage('Hello') }],
  ['an id that is not a UUID', chatBody({ conversationId: '1 or 1=1' })],
  ['an unknown field', chatBody({ messages: [] })],
  ['a user id', chatBody({ userId: 'somebody' })],
  ['an unknown field in the message', chatBody({ message: { ...userMessage('Hello'), metadata: {} } })],
  ['a list of messages', { conversationId: v7(), messages: [userMessage('Hello')] }],
  ['a system message', chatBody({ message: { ...userMessage('Hello'), role: 'system' } })],
  ['an assistant message', chatBody({ message: { ...userMessage('Hello'), role: 'assistant' } })],
  [
    'a tool part',
    chatBody({ message: { ...userMessage(''), parts: [{ type: 'tool-x', state: 'output-available' }] } }),
  ],
  [
    'an approval',
    chatBody({ message: { ...userMessage(''), parts: [{ type: 'tool-approval-response', approved: true }] } }),
  ],
  [
    'a tool call with its output',
    chatBody({
      message: {
        ...userMessage(''),
        parts: [{ type: 'tool-delete_todo', toolCallId: 'c', state: 'output-available', input: {}, output: {} }],
      },
    }),
  ],
  [
    'a tool result after a text',
    chatBody({
      message: {
        ...userMessage(''),
        parts: [
          { type: 'text', text: 'Hello' },
          { type: 'tool-result', toolCallId: 'c', output: { type: 'json', value: {} } },
        ],
      },
    }),
  ],
  ['a list of tools', chatBody({ tools: [] })],
  ['a tool choice', chatBody({ toolChoice: 'required' })],
  ['a tool message', chatBody({ message: { ...userMessage('Hello'), role: 'tool' } })],
  ['a message without parts', chatBody({ message: { ...userMessage(''), parts: [] } })],
  ['a file at another site', withFile('https://example.com/a.png')],
  ['a file that is not of its media type', withFile('data:image/png;base64,PHNjcmlwdD4=')],
  ['files over 128 KiB', withFile(`data:image/png;base64,iVBORw0K${'A'.repeat(180_000)}`)],
  ['an array instead of an object', [chatBody()]],
  ['null as the message', chatBody({ message: null })],
  ['a number as the text', withText(7)],
  ['a blank text', withText(' \n ')],
  ['U+0000 in the text', withText('a\0b')],
  ['a lone surrogate in the text', withText('a\ud800b')],
  ['a text over 64 KiB', withText('ä'.repeat(33 * 1024))],
  ['an unknown trigger', chatBody({ trigger: 'forget-message' })],
  ['a regeneration without a message id', { conversationId: v7(), trigger: 'regenerate-message', turnId: v7() }],
  ['a regeneration with a text', chatBody({ trigger: 'regenerate-message', messageId: v7(), turnId: v7() })],
  ['an unknown model', chatBody({ model: 'gpt-oops' })],
  ['an unknown cache mode', chatBody({ cache: 'maybe' })],
  ['deeply nested arrays', chatBody({ parentId: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) })],
]

describe('POST /api/chat', () => {
  test.each(invalidBodies)('POST /api/chat rejects %s', async (_, body) => {
    const before = await writeCounts()
    await expectProblem(await post(JSON.stringify(body)), 400, 'invalid_request')
    expect(await writeCounts()).toBe(before)
  })

  test.each([
    ['an empty body', '', 400, 'invalid_request'],
    ['truncated JSON', '{"conversationId":', 400, 'invalid_request'],
    ['a body over 256 KiB', JSON.stringify(withText('x'.repeat(300 * 1024))), 413, 'body_too_large'],
    ['10,000 nested arrays', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'invalid_request'],
    ['a `__proto__` field', '{"__proto__":{"admin":true},"conversationId":"x"}', 400, 'invalid_request'],
  ])('POST /api/chat rejects %s', async (_, body, status, code) => {
    const before = await writeCounts()
    await expectProblem(await post(body), status, code)
    expect(await writeCounts()).toBe(before)
  })

  test('POST /api/chat rejects bytes that are not UTF-8', async () => {
    await expectProblem(await post(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])), 400, 'invalid_request')
  })

  test('POST /api/chat rejects a body without Content-Length once it exceeds the limit', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(64 * 1024))
    let sent = 0
    const body = new ReadableStream({
      pull: (controller) => (sent++ < 50 ? controller.enqueue(chunk) : controller.close()),
    })
    const response = await fetch(`${goldfish.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: ada.cookie, origin: goldfish.url },
      body,
      duplex: 'half',
    } as RequestInit)
    await expectProblem(response, 413, 'body_too_large')
  })

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data; boundary=x']])(
    'POST /api/chat rejects the content type %s',
    async (type) => {
      await expectProblem(
        await post(JSON.stringify(chatBody()), { 'content-type': type }),
        415,
        'unsupported_media_type',
      )
    },
  )

  test.each([
    [undefined],
    ['null'],
    ['https://evil.example'],
    ['http://localhost.evil.example'],
    ['http://localhost:1'],
  ])('POST /api/chat rejects a cookie from the origin %s', async (origin) => {
    const before = await writeCounts()
    const response = await fetch(`${goldfish.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: ada.cookie, ...(origin && { origin }) },
      body: JSON.stringify(chatBody()),
    })
    await expectProblem(response, 403, 'origin_mismatch')
    expect(await writeCounts()).toBe(before)
  })

  test.each([
    ['a request without credentials', {}],
    ['a made-up cookie', { cookie: 'better-auth.session_token=abc.def' }],
    ['an unsigned bearer', { authorization: 'Bearer abcdefghijklmnop' }],
    ['a bearer with a wrong signature', { authorization: 'Bearer abcdefghijklmnop.c2lnbmF0dXJl' }],
    ['a malformed bearer', { authorization: 'Bearer %%%.%%%' }],
  ])('POST /api/chat rejects %s', async (_, headers) => {
    const response = await fetch(`${goldfish.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: goldfish.url, ...headers },
      body: JSON.stringify(chatBody()),
    })
    await expectProblem(response, 401, 'unauthenticated')
  })

  test('the session token in the database is not accepted as a bearer without its signature', async () => {
    const [row] = await goldfish.sql<{ token: string }>('select token from session limit 1')
    const response = await fetch(`${goldfish.url}/api/preferences`, {
      headers: { authorization: `Bearer ${row?.token}` },
    })
    await expectProblem(response, 401, 'unauthenticated')
  })
})

describe('resources of another user', () => {
  const json = { 'content-type': 'application/json' }
  let bob: Person
  /** Ids of Bob's resources. `WAITING` is a conversation that waits for the approval of the tool call `CALL`. */
  let bobsIds: Record<'CONVERSATION' | 'MESSAGE' | 'TODO' | 'KEY' | 'DELETED' | 'WAITING' | 'CALL', string>
  let own: { conversationId: string; messageId: string }
  beforeAll(async () => {
    bob = await signUp(goldfish.url)
    const ids = { CONVERSATION: v7(), TODO: v7(), DELETED: v7(), WAITING: v7() }
    const sent = await bob.send({ conversationId: ids.CONVERSATION }, 'The canary word is quetzal')
    await bob.send({ conversationId: ids.DELETED }, 'The quetzal is deleted')
    const todo = { id: ids.TODO, title: 'quetzal' }
    await bob.fetch('/api/todos', { method: 'POST', headers: json, body: JSON.stringify(todo) })
    const waiting = await bob.send({ conversationId: ids.WAITING }, `[stub:tool=delete_todo {"id":"${ids.TODO}"}]`)
    const call = waiting.chunks.find(({ type }) => type === 'tool-approval-request')
    const { id: KEY } = await makeKey(bob, ['chat'])
    bobsIds = { ...ids, MESSAGE: String(sent.messageId), CALL: String(call?.toolCallId), KEY }
    const conversationId = v7()
    own = { conversationId, messageId: String((await ada.send({ conversationId }, 'Mine')).messageId) }
    // Titles are generated after the answers and change Bob's rows. They must be stored before rows are compared.
    const titled = `select 1 from conversation where titled_by = 'model' and user_id = (select id from "user" where email = $1)`
    await vi.waitFor(async () => expect(await goldfish.sql(titled, [bob.email])).toHaveLength(3), {
      timeout: 60_000,
      interval: 100,
    })
    await bob.fetch(`/api/conversations/${ids.DELETED}`, { method: 'DELETE' })
  })
  // A deleted conversation is erased after 30 seconds. Its deletion must be recent, so that its owner could restore it.
  beforeEach(() => goldfish.sql('update conversation set deleted_at = now() where id = $1', [bobsIds.DELETED]))
  /** Returns all rows of Bob, from every table with an owner column. */
  const rowsOfBob = async () => {
    if (rowsQuery === '') {
      const tables = await goldfish.sql<{ name: string; owner: string }>(
        `select table_name as name, column_name as owner from information_schema.columns
          where table_schema = 'public' and column_name in ('user_id', 'reference_id')`,
      )
      const rowsOf = tables.map(
        ({ name, owner }) =>
          `select '${name}' as name, t::text as row from "${name}" t
            where "${owner}" = (select id from "user" where email = $1)`,
      )
      rowsQuery = `${rowsOf.join(' union all ')} order by name, row`
    }
    return goldfish.sql<{ name: string; row: string }>(rowsQuery, [bob.email])
  }
  let rowsQuery = ''
  const fillIds = (text: string, ids: object) =>
    Object.entries(ids).reduce((result, [name, id]) => result.replaceAll(name, id), text)
  const unknownIds = () =>
    Object.fromEntries(Object.keys(bobsIds).map((name) => [name, name === 'CALL' ? 'call_x' : v7()]))

  const callsWithIds: [string, string, object?][] = [
    ['GET', '/api/conversations/CONVERSATION'],
    ['PATCH', '/api/conversations/CONVERSATION', { title: 'Mine now' }],
    ['DELETE', '/api/conversations/CONVERSATION'],
    ['GET', '/api/conversations/CONVERSATION/messages'],
    ['GET', '/api/conversations/CONVERSATION/export?format=json'],
    ['POST', '/api/conversations/CONVERSATION/share'],
    ['DELETE', '/api/conversations/CONVERSATION/share'],
    ['POST', '/api/conversations/DELETED/restore'],
    ['POST', '/api/conversations/restore', { ids: ['DELETED'] }],
    ['GET', '/api/chat/CONVERSATION/stream'],
    ['POST', '/api/chat/CONVERSATION/stop'],
    ['POST', '/api/chat/WAITING/approvals/CALL', { approved: true }],
    ['PUT', '/api/messages/MESSAGE/feedback', { helpful: false }],
    ['GET', '/api/todos/TODO'],
    ['PATCH', '/api/todos/TODO', { done: true }],
    ['DELETE', '/api/todos/TODO'],
    ['DELETE', '/api/keys/KEY'],
  ]
  test('the tests of foreign ids cover every route with an id and compare all kinds of resources', async () => {
    const names = (await rowsOfBob()).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['apikey', 'conversation', 'message', 'todo']))
    const patternOf = (path: string) =>
      path
        .replace(/\?.*/, '')
        .replace(/CONVERSATION|DELETED|WAITING/, '[conversationId]')
        .replace('CALL', '[toolCallId]')
        .replace(/MESSAGE|TODO|KEY/, (name) => `[${name.toLowerCase()}Id]`)
    const covered = callsWithIds.map(([method, path]) => `${method} ${patternOf(path)}`)
    // A share is public to every client that has its id.
    const routesWithId = routesOfSource().filter((name) => /\[\w/.test(name) && !name.includes('[shareId]'))
    expect(routesWithId.filter((name) => !covered.includes(name))).toEqual([])
  })

  test.each(callsWithIds)(
    '%s %s with an id of another user gets the same response as with an unknown id and changes nothing',
    async (method, path, body) => {
      const before = await rowsOfBob()
      const answers = await Promise.all(
        [bobsIds, unknownIds()].map(async (ids) => {
          const headers = { 'x-request-id': 'same', ...(body && json) }
          const init = { method, headers, ...(body && { body: fillIds(JSON.stringify(body), ids) }) }
          const response = await ada.fetch(fillIds(path, ids), init)
          const shownHeaders = [...response.headers].filter(([name]) => !/^(date|server-timing|ratelimit)/.test(name))
          return { status: response.status, shownHeaders, body: await response.text() }
        }),
      )
      expect(answers[0]).toEqual(answers[1])
      expect(answers[0]?.body).not.toContain('quetzal')
      if (/stream|stop/.test(path)) expect(answers[0]?.status).toBe(204)
      else if (path.endsWith('conversations/restore')) expect(answers[0]?.body).toBe('{"count":0}')
      else expect(answers[0]?.status).toBe(404)
      expect(await rowsOfBob()).toEqual(before)
    },
  )

  test('a turn cannot refer to a message or conversation of another user', async () => {
    const before = await rowsOfBob()
    const modelCalls = goldfish.stub.log().length
    const rerun = (trigger: 'regenerate-message' | 'continue-message', conversationId: string, messageId: string) =>
      ada.send({ conversationId, trigger, messageId, turnId: v7() })
    const sent = await Promise.all([
      ada.send({ conversationId: v7(), parentId: bobsIds.MESSAGE }, 'And?'),
      ada.send({ conversationId: own.conversationId, parentId: bobsIds.MESSAGE }, 'And?'),
      ada.send({ conversationId: bobsIds.CONVERSATION, parentId: bobsIds.MESSAGE }, 'And?'),
      ada.send({ conversationId: bobsIds.CONVERSATION, parentId: own.messageId }, 'And?'),
      rerun('regenerate-message', own.conversationId, bobsIds.MESSAGE),
      rerun('regenerate-message', bobsIds.CONVERSATION, bobsIds.MESSAGE),
      rerun('regenerate-message', bobsIds.CONVERSATION, own.messageId),
      rerun('continue-message', own.conversationId, bobsIds.MESSAGE),
      rerun('continue-message', bobsIds.CONVERSATION, bobsIds.MESSAGE),
    ])
    for (const { problem } of sent) expect(problem).toMatchObject({ status: 404, code: 'not_found' })
    const patched = await ada.fetch(`/api/conversations/${own.conversationId}`, {
      method: 'PATCH',
      headers: json,
      body: JSON.stringify({ activeLeafId: bobsIds.MESSAGE }),
    })
    await expectProblem(patched, 404, 'not_found')
    const approval = { method: 'POST', headers: json, body: '{"approved":true}' }
    for (const id of [own.conversationId, bobsIds.WAITING, bobsIds.CONVERSATION])
      await expectProblem(await ada.fetch(`/api/chat/${id}/approvals/${bobsIds.CALL}`, approval), 404, 'not_found')
    expect(await rowsOfBob()).toEqual(before)
    expect(goldfish.stub.log()).toHaveLength(modelCalls)
  })

  test('a user who creates resources with ids of another user gets separate resources', async () => {
    const before = await rowsOfBob()
    const message = { ...userMessage('What is the canary word?'), id: bobsIds.MESSAGE }
    const sent = await ada.send({
      conversationId: bobsIds.CONVERSATION,
      message,
      turnId: bobsIds.MESSAGE,
      cache: 'bypass',
    })
    expect(sent).toMatchObject({ status: 200, error: null })
    expect(goldfish.stub.log().at(-1)?.body).not.toContain('quetzal')
    expect((await ada.messages(bobsIds.CONVERSATION)).map(({ role }) => role)).toEqual(['assistant', 'user'])
    const todo = { id: bobsIds.TODO, title: 'Mine' }
    const made = await ada.fetch('/api/todos', { method: 'POST', headers: json, body: JSON.stringify(todo) })
    expect(await made.json()).toMatchObject(todo)
    expect((await ada.fetch(`/api/todos/${bobsIds.TODO}`, { method: 'DELETE' })).status).toBe(204)
    expect((await ada.fetch(`/api/conversations/${bobsIds.CONVERSATION}`, { method: 'DELETE' })).status).toBe(204)
    expect(await rowsOfBob()).toEqual(before)
  })
})

describe('all routes', () => {
  test.each([
    ['GET', '/api/chat'],
    ['PUT', '/api/chat'],
    ['POST', '/api/conversations'],
    ['DELETE', '/api/preferences'],
    ['POST', '/api/models'],
    ['POST', '/api/health/live'],
  ])('%s %s returns 405', async (method, path) => {
    const response = await ada.fetch(path, { method })
    await expectProblem(response, 405, 'method_not_allowed')
    expect(response.headers.get('allow')).toMatch(/GET|POST/)
  })

  test('an unknown path returns 404 as a problem document', async () => {
    await expectProblem(await ada.fetch('/api/nothing/here'), 404, 'not_found')
    await expectProblem(await ada.fetch(`/api/conversations/${'x'.repeat(50)}`), 404, 'not_found')
  })

  test.each(['limit=0', 'limit=101', 'limit=ten', 'cursor=forged', `cursor=${btoa('{"at":"x"}')}`])(
    'the conversation list rejects the query ?%s',
    async (query) => {
      await expectProblem(await ada.fetch(`/api/conversations?${query}`), 400, 'invalid_request')
    },
  )

  test('a response repeats a valid request id and replaces one that is too long', async () => {
    const kept = await ada.fetch('/api/preferences', { headers: { 'x-request-id': 'Case-7.b_c' } })
    expect(kept.headers.get('x-request-id')).toBe('Case-7.b_c')
    const replaced = await ada.fetch('/api/preferences', { headers: { 'x-request-id': 'x'.repeat(129) } })
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('preferences reject unknown fields and invalid values', async () => {
    for (const body of [{ theme: 'pink' }, { userId: 'x' }, { shortcuts: 'yes' }, { model: '' }]) {
      const response = await ada.fetch('/api/preferences', {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await expectProblem(response, 400, 'invalid_request')
    }
  })
})

test('the process still works after all rejected requests', async () => {
  expect((await fetch(`${goldfish.url}/api/health/live`)).status).toBe(200)
  expect((await ada.send({ conversationId: v7() }, 'Still there?')).status).toBe(200)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})
