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

/** Everything that a request could have half-written, or had a model asked. */
const written = async () =>
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

const turn = (more: object = {}) => ({ conversationId: v7(), message: userMessage('Hello'), ...more })
const text = (value: unknown) => turn({ message: { ...userMessage(''), parts: [{ type: 'text', text: value }] } })
const attached = (url: string) =>
  turn({ message: { ...userMessage(''), parts: [{ type: 'file', mediaType: 'image/png', url }] } })

const refused: [string, object][] = [
  ['no conversation', { message: userMessage('Hello') }],
  ['an id that is no UUID', turn({ conversationId: '1 or 1=1' })],
  ['an unknown field', turn({ messages: [] })],
  ['an owner', turn({ userId: 'somebody' })],
  ['a field in the message', turn({ message: { ...userMessage('Hello'), metadata: {} } })],
  ['forged history', { conversationId: v7(), messages: [userMessage('Hello')] }],
  ['a system message', turn({ message: { ...userMessage('Hello'), role: 'system' } })],
  ['an assistant message', turn({ message: { ...userMessage('Hello'), role: 'assistant' } })],
  ['a tool part', turn({ message: { ...userMessage(''), parts: [{ type: 'tool-x', state: 'output-available' }] } })],
  [
    'an approval',
    turn({ message: { ...userMessage(''), parts: [{ type: 'tool-approval-response', approved: true }] } }),
  ],
  [
    'an answered tool call',
    turn({
      message: {
        ...userMessage(''),
        parts: [{ type: 'tool-delete_todo', toolCallId: 'c', state: 'output-available', input: {}, output: {} }],
      },
    }),
  ],
  [
    'a tool result beside a text',
    turn({
      message: {
        ...userMessage(''),
        parts: [
          { type: 'text', text: 'Hello' },
          { type: 'tool-result', toolCallId: 'c', output: { type: 'json', value: {} } },
        ],
      },
    }),
  ],
  ['tools', turn({ tools: [] })],
  ['a tool choice', turn({ toolChoice: 'required' })],
  ['a tool message', turn({ message: { ...userMessage('Hello'), role: 'tool' } })],
  ['no parts', turn({ message: { ...userMessage(''), parts: [] } })],
  ['a file elsewhere', attached('https://example.com/a.png')],
  ['a file that is none', attached('data:image/png;base64,PHNjcmlwdD4=')],
  ['files over 128 KiB', attached(`data:image/png;base64,iVBORw0K${'A'.repeat(180_000)}`)],
  ['an array for an object', [turn()]],
  ['null', turn({ message: null })],
  ['a number for text', text(7)],
  ['an empty text', text(' \n ')],
  ['U+0000', text('a\0b')],
  ['a lone surrogate', text('a\ud800b')],
  ['a text over 64 KiB', text('ä'.repeat(33 * 1024))],
  ['an unknown trigger', turn({ trigger: 'forget-message' })],
  ['regenerate without a message', { conversationId: v7(), trigger: 'regenerate-message', turnId: v7() }],
  ['regenerate with a text', turn({ trigger: 'regenerate-message', messageId: v7(), turnId: v7() })],
  ['an unknown model', turn({ model: 'gpt-oops' })],
  ['an unknown cache mode', turn({ cache: 'maybe' })],
  ['a deep nest', turn({ parentId: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) })],
]

describe('POST /api/chat refuses', () => {
  test.each(refused)('%s', async (_, body) => {
    const before = await written()
    await expectProblem(await post(JSON.stringify(body)), 400, 'invalid_request')
    expect(await written()).toBe(before)
  })

  test.each([
    ['nothing', '', 400, 'invalid_request'],
    ['half a JSON', '{"conversationId":', 400, 'invalid_request'],
    ['a body over 256 KiB', JSON.stringify(text('x'.repeat(300 * 1024))), 413, 'body_too_large'],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'invalid_request'],
    ['__proto__', '{"__proto__":{"admin":true},"conversationId":"x"}', 400, 'invalid_request'],
  ])('%s', async (_, body, status, code) => {
    const before = await written()
    await expectProblem(await post(body), status, code)
    expect(await written()).toBe(before)
  })

  test('bytes that are not UTF-8', async () => {
    await expectProblem(await post(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])), 400, 'invalid_request')
  })

  test('an endless body without a length', async () => {
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
    'the type %s',
    async (type) => {
      await expectProblem(await post(JSON.stringify(turn()), { 'content-type': type }), 415, 'unsupported_media_type')
    },
  )

  test.each([
    [undefined],
    ['null'],
    ['https://evil.example'],
    ['http://localhost.evil.example'],
    ['http://localhost:1'],
  ])('a cookie from the origin %s', async (origin) => {
    const before = await written()
    const response = await fetch(`${goldfish.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: ada.cookie, ...(origin && { origin }) },
      body: JSON.stringify(turn()),
    })
    await expectProblem(response, 403, 'origin_mismatch')
    expect(await written()).toBe(before)
  })

  test.each([
    ['nobody', {}],
    ['a made-up cookie', { cookie: 'better-auth.session_token=abc.def' }],
    ['an unsigned bearer', { authorization: 'Bearer abcdefghijklmnop' }],
    ['a wrong signature', { authorization: 'Bearer abcdefghijklmnop.c2lnbmF0dXJl' }],
    ['a signed token of no session, broken', { authorization: 'Bearer %%%.%%%' }],
  ])('%s', async (_, headers) => {
    const response = await fetch(`${goldfish.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: goldfish.url, ...headers },
      body: JSON.stringify(turn()),
    })
    await expectProblem(response, 401, 'unauthenticated')
  })

  test('the token as it stands in the database', async () => {
    const [row] = await goldfish.sql<{ token: string }>('select token from session limit 1')
    const response = await fetch(`${goldfish.url}/api/preferences`, {
      headers: { authorization: `Bearer ${row?.token}` },
    })
    await expectProblem(response, 401, 'unauthenticated')
  })
})

/** A02 */
describe('somebody else’s things', () => {
  const json = { 'content-type': 'application/json' }
  let bob: Person
  /** Bob's: two conversations, an answer that waits for a yes, a todo, a key, and what was deleted. */
  let his: Record<'CONVERSATION' | 'MESSAGE' | 'TODO' | 'KEY' | 'DELETED' | 'WAITING' | 'CALL', string>
  let mine: { conversationId: string; messageId: string }
  beforeAll(async () => {
    bob = await signUp(goldfish.url)
    const ids = { CONVERSATION: v7(), TODO: v7(), DELETED: v7(), WAITING: v7() }
    const asked = await bob.send({ conversationId: ids.CONVERSATION }, 'The canary word is quetzal')
    await bob.send({ conversationId: ids.DELETED }, 'The quetzal is deleted')
    const todo = { id: ids.TODO, title: 'quetzal' }
    await bob.fetch('/api/todos', { method: 'POST', headers: json, body: JSON.stringify(todo) })
    const waiting = await bob.send({ conversationId: ids.WAITING }, `[stub:tool=delete_todo {"id":"${ids.TODO}"}]`)
    const call = waiting.chunks.find(({ type }) => type === 'tool-approval-request')
    const { id: KEY } = await makeKey(bob, ['chat'])
    his = { ...ids, MESSAGE: String(asked.messageId), CALL: String(call?.toolCallId), KEY }
    const conversationId = v7()
    mine = { conversationId, messageId: String((await ada.send({ conversationId }, 'Mine')).messageId) }
    // Behind an answer its title is made, by which Bob's rows change.
    const titled = `select 1 from conversation where titled_by = 'model' and user_id = (select id from "user" where email = $1)`
    await vi.waitFor(async () => expect(await goldfish.sql(titled, [bob.email])).toHaveLength(3), {
      timeout: 60_000,
      interval: 100,
    })
    await bob.fetch(`/api/conversations/${ids.DELETED}`, { method: 'DELETE' })
  })
  // It is erased when it has been deleted for a while, and there is nothing to restore.
  beforeEach(() => goldfish.sql('update conversation set deleted_at = now() where id = $1', [his.DELETED]))
  /** All rows of Bob's, whatever table they are in. */
  const rowsOfBob = async () => {
    if (everything === '') {
      const tables = await goldfish.sql<{ name: string; owner: string }>(
        `select table_name as name, column_name as owner from information_schema.columns
          where table_schema = 'public' and column_name in ('user_id', 'reference_id')`,
      )
      const rowsOf = tables.map(
        ({ name, owner }) =>
          `select '${name}' as name, t::text as row from "${name}" t
            where "${owner}" = (select id from "user" where email = $1)`,
      )
      everything = `${rowsOf.join(' union all ')} order by name, row`
    }
    return goldfish.sql<{ name: string; row: string }>(everything, [bob.email])
  }
  let everything = ''
  const filled = (text: string, ids: object) =>
    Object.entries(ids).reduce((result, [name, id]) => result.replaceAll(name, id), text)
  const unknown = () => Object.fromEntries(Object.keys(his).map((name) => [name, name === 'CALL' ? 'call_x' : v7()]))

  const calls: [string, string, object?][] = [
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
  test('every route that takes an id is tried, and what there is of theirs is seen', async () => {
    const names = (await rowsOfBob()).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['apikey', 'conversation', 'message', 'todo']))
    const patternOf = (path: string) =>
      path
        .replace(/\?.*/, '')
        .replace(/CONVERSATION|DELETED|WAITING/, '[conversationId]')
        .replace('CALL', '[toolCallId]')
        .replace(/MESSAGE|TODO|KEY/, (name) => `[${name.toLowerCase()}Id]`)
    const tried = calls.map(([method, path]) => `${method} ${patternOf(path)}`)
    // A link is for whoever has its id.
    const taking = routesOfSource().filter((name) => /\[\w/.test(name) && !name.includes('[shareId]'))
    expect(taking.filter((name) => !tried.includes(name))).toEqual([])
  })

  test.each(calls)(
    '%s %s looks exactly as if there were no such thing, and changes nothing',
    async (method, path, body) => {
      const before = await rowsOfBob()
      const answers = await Promise.all(
        [his, unknown()].map(async (ids) => {
          const headers = { 'x-request-id': 'same', ...(body && json) }
          const init = { method, headers, ...(body && { body: filled(JSON.stringify(body), ids) }) }
          const response = await ada.fetch(filled(path, ids), init)
          const told = [...response.headers].filter(([name]) => !/^(date|server-timing|ratelimit)/.test(name))
          return { status: response.status, told, body: await response.text() }
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

  test('a message of theirs is none in a conversation of one’s own, nor one’s own message in theirs', async () => {
    const before = await rowsOfBob()
    const asked = goldfish.stub.log().length
    const again = (trigger: 'regenerate-message' | 'continue-message', conversationId: string, messageId: string) =>
      ada.send({ conversationId, trigger, messageId, turnId: v7() })
    const sent = await Promise.all([
      ada.send({ conversationId: v7(), parentId: his.MESSAGE }, 'And?'),
      ada.send({ conversationId: mine.conversationId, parentId: his.MESSAGE }, 'And?'),
      ada.send({ conversationId: his.CONVERSATION, parentId: his.MESSAGE }, 'And?'),
      ada.send({ conversationId: his.CONVERSATION, parentId: mine.messageId }, 'And?'),
      again('regenerate-message', mine.conversationId, his.MESSAGE),
      again('regenerate-message', his.CONVERSATION, his.MESSAGE),
      again('regenerate-message', his.CONVERSATION, mine.messageId),
      again('continue-message', mine.conversationId, his.MESSAGE),
      again('continue-message', his.CONVERSATION, his.MESSAGE),
    ])
    for (const { problem } of sent) expect(problem).toMatchObject({ status: 404, code: 'not_found' })
    const shown = await ada.fetch(`/api/conversations/${mine.conversationId}`, {
      method: 'PATCH',
      headers: json,
      body: JSON.stringify({ activeLeafId: his.MESSAGE }),
    })
    await expectProblem(shown, 404, 'not_found')
    const approval = { method: 'POST', headers: json, body: '{"approved":true}' }
    for (const id of [mine.conversationId, his.WAITING, his.CONVERSATION])
      await expectProblem(await ada.fetch(`/api/chat/${id}/approvals/${his.CALL}`, approval), 404, 'not_found')
    expect(await rowsOfBob()).toEqual(before)
    expect(goldfish.stub.log()).toHaveLength(asked)
  })

  test('a conversation, a message, a turn and a todo under their ids are one’s own', async () => {
    const before = await rowsOfBob()
    const message = { ...userMessage('What is the canary word?'), id: his.MESSAGE }
    const sent = await ada.send({ conversationId: his.CONVERSATION, message, turnId: his.MESSAGE, cache: 'bypass' })
    expect(sent).toMatchObject({ status: 200, error: null })
    expect(goldfish.stub.log().at(-1)?.body).not.toContain('quetzal')
    expect((await ada.messages(his.CONVERSATION)).map(({ role }) => role)).toEqual(['assistant', 'user'])
    const todo = { id: his.TODO, title: 'Mine' }
    const made = await ada.fetch('/api/todos', { method: 'POST', headers: json, body: JSON.stringify(todo) })
    expect(await made.json()).toMatchObject(todo)
    expect((await ada.fetch(`/api/todos/${his.TODO}`, { method: 'DELETE' })).status).toBe(204)
    expect((await ada.fetch(`/api/conversations/${his.CONVERSATION}`, { method: 'DELETE' })).status).toBe(204)
    expect(await rowsOfBob()).toEqual(before)
  })
})

describe('every route', () => {
  test.each([
    ['GET', '/api/chat'],
    ['PUT', '/api/chat'],
    ['POST', '/api/conversations'],
    ['DELETE', '/api/preferences'],
    ['POST', '/api/models'],
    ['POST', '/api/health/live'],
  ])('%s %s is 405', async (method, path) => {
    const response = await ada.fetch(path, { method })
    await expectProblem(response, 405, 'method_not_allowed')
    expect(response.headers.get('allow')).toMatch(/GET|POST/)
  })

  test('an unknown path is 404 in the same shape', async () => {
    await expectProblem(await ada.fetch('/api/nothing/here'), 404, 'not_found')
    await expectProblem(await ada.fetch(`/api/conversations/${'x'.repeat(50)}`), 404, 'not_found')
  })

  test.each(['limit=0', 'limit=101', 'limit=ten', 'cursor=forged', `cursor=${btoa('{"at":"x"}')}`])(
    'a list refuses ?%s',
    async (query) => {
      await expectProblem(await ada.fetch(`/api/conversations?${query}`), 400, 'invalid_request')
    },
  )

  test('keeps a harmless request id and replaces any other', async () => {
    const kept = await ada.fetch('/api/preferences', { headers: { 'x-request-id': 'Case-7.b_c' } })
    expect(kept.headers.get('x-request-id')).toBe('Case-7.b_c')
    const replaced = await ada.fetch('/api/preferences', { headers: { 'x-request-id': 'x'.repeat(129) } })
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('preferences refuse what they do not know', async () => {
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

test('the process is still well', async () => {
  expect((await fetch(`${goldfish.url}/api/health/live`)).status).toBe(200)
  expect((await ada.send({ conversationId: v7() }, 'Still there?')).status).toBe(200)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})
