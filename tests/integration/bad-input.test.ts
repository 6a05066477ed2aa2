import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp, userMessage } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

/** Everything that a request could have half-written. */
const written = async () =>
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

describe('somebody else’s things', () => {
  test('look exactly like things that do not exist', async () => {
    const bob = await signUp(goldfish.url)
    const conversationId = v7()
    const his = await bob.send({ conversationId }, 'The canary word is quetzal')
    const unknown = v7()
    const paths: [string, string][] = [
      ['GET', '/api/conversations/ID'],
      ['DELETE', '/api/conversations/ID'],
      ['GET', '/api/conversations/ID/messages'],
      ['POST', '/api/conversations/ID/restore'],
    ]
    for (const [method, path] of paths) {
      const answers = await Promise.all(
        [conversationId, unknown].map(async (id) => {
          const response = await ada.fetch(path.replace('ID', id), { method, headers: { 'x-request-id': 'same' } })
          return { status: response.status, body: await response.text() }
        }),
      )
      expect(answers[0]).toEqual(answers[1])
      expect(answers[0]?.status).toBe(404)
    }
    const follow = await ada.send({ conversationId: v7(), parentId: his.messageId }, 'And?')
    expect(follow.problem).toMatchObject({ status: 404, code: 'not_found' })
    const regenerated = await ada.send({
      conversationId,
      trigger: 'regenerate-message',
      messageId: his.messageId ?? '',
      turnId: v7(),
    })
    expect(regenerated.problem).toMatchObject({ status: 404, code: 'not_found' })
    expect((await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(204)
    expect((await bob.messages(conversationId)).map(({ status }) => status)).toEqual(['complete', 'complete'])
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
