/** A04: a key may do what it was made for, in whatever header it comes, and with whatever else. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KeyScope, keyScopes } from '@/lib/contract/api'
import { callsOfAllRoutes } from '@/tests/chaos/routes'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, readAnswer, signUp, userMessage } from './chat-client'
import { keyFetch, makeKey } from './key-client'
import { mcpCall } from './mcp-client'

let goldfish: Goldfish
let ada: Person
let eve: Person
const keys = {} as Record<KeyScope, string>
let readsOverMcp = ''
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
  for (const scope of keyScopes) keys[scope] = (await makeKey(ada, [scope])).key
  readsOverMcp = (await makeKey(ada, ['mcp', 'todos:read'])).key
})
afterAll(() => goldfish?.stop())

/** What a key must have been made for. Every other route is closed to keys. */
const scopeOf: Readonly<Record<string, KeyScope>> = {
  'POST /api/chat': 'chat',
  'GET /api/chat/[conversationId]/stream': 'chat',
  'POST /api/chat/[conversationId]/stop': 'chat',
  'GET /api/conversations': 'chat',
  'GET /api/conversations/[conversationId]': 'chat',
  'GET /api/conversations/[conversationId]/messages': 'chat',
  'GET /api/models': 'chat',
  'POST /api/chat/[conversationId]/approvals/[toolCallId]': 'chat',
  'GET /api/todos': 'todos:read',
  'POST /api/mcp': 'mcp',
  'POST /api/todos': 'todos:write',
  'GET /api/todos/[todoId]': 'todos:read',
  'PATCH /api/todos/[todoId]': 'todos:write',
  'DELETE /api/todos/[todoId]': 'todos:write',
  'POST /v1/chat/completions': 'chat',
  'GET /v1/models': 'chat',
}
/** Nobody has to be anybody here. */
const isForAll = (route: string) => /\/api\/(auth|health|shares|cron)|\[\.\.\.path\]/.test(route)

const asProgram = (key: string): Person => ({
  ...personAt(goldfish.url, { email: '', cookie: '', bearer: '' }),
  fetch: keyFetch(goldfish.url, key),
})
const codeOf = async (response: Response) => {
  const text = await response.text()
  if (response.ok) return response.status
  const problem = JSON.parse(text)
  return `${response.status} ${problem.code ?? problem.error.code}`
}

test.each(keyScopes)('a key for %s opens the routes of that name, and no other', async (scope) => {
  const findings: string[] = []
  for (const { route, send } of callsOfAllRoutes().filter((call) => !isForAll(call.route))) {
    const outcome = await codeOf(await send(asProgram(keys[scope])))
    const isOpen = outcome !== '403 insufficient_scope'
    if (isOpen !== (scopeOf[route] === scope) || `${outcome}`.startsWith('401')) findings.push(`${route}: ${outcome}`)
  }
  expect(findings).toEqual([])
})

test('a key without permissions, or with strange ones, may do nothing', async () => {
  const { key, id } = await makeKey(ada, ['chat'])
  for (const permissions of [
    null,
    '{}',
    '[]',
    '{"scopes":"chat"}',
    '{"scopes":["*"]}',
    '{"chat":["chat"]}',
    'null',
    '{',
  ]) {
    await goldfish.sql('update apikey set permissions = $1 where id = $2', [permissions, id])
    expect(await codeOf(await keyFetch(goldfish.url, key)('/api/models')), `${permissions}`).toBe(
      '403 insufficient_scope',
    )
  }
})

describe('however it is sent', () => {
  const get = async (path: string, headers: Record<string, string>) =>
    codeOf(await fetch(`${goldfish.url}${path}`, { headers }))
  const change = async (headers: Record<string, string>) => {
    const init = { method: 'POST', body: '{"title":"Mine?"}' }
    // Who brings a cookie along says where it is from.
    const own = { 'content-type': 'application/json', origin: goldfish.url }
    return codeOf(await fetch(`${goldfish.url}/api/todos`, { ...init, headers: { ...own, ...headers } }))
  }
  /** The status of an MCP client's question for tools, and what it is offered. */
  const tools = async (headers: Record<string, string>) => {
    const { status, rpc } = await mcpCall(goldfish.url, null, 'tools/list', {}, { headers })
    const offered = (rpc?.result as { tools?: { name: string }[] } | undefined)?.tools ?? []
    return [`${status}`, ...offered.map(({ name }) => name)]
  }
  const ways: [string, (key: string) => Record<string, string>][] = [
    ['as x-api-key', (key) => ({ 'x-api-key': key })],
    ['as X-API-KEY', (key) => ({ 'X-API-KEY': key })],
    ['as a bearer', (key) => ({ authorization: `Bearer ${key}` })],
    ['as a bearer in small letters', (key) => ({ authorization: `bearer ${key}` })],
    ['as both', (key) => ({ 'x-api-key': key, authorization: `Bearer ${key}` })],
    ['beside its owner’s cookie', (key) => ({ 'x-api-key': key, cookie: ada.cookie })],
    ['beside somebody else’s cookie', (key) => ({ 'x-api-key': key, cookie: eve.cookie })],
    ['as a bearer beside a cookie', (key) => ({ authorization: `Bearer ${key}`, cookie: ada.cookie })],
    ['beside a session’s bearer', (key) => ({ 'x-api-key': key, authorization: `Bearer ${ada.bearer}` })],
  ]
  test.each(ways)('%s: the same scope', async (_, headers) => {
    expect(await get('/api/models', headers(keys.chat))).toBe(200)
    expect(await get('/api/preferences', headers(keys.chat))).toBe('403 insufficient_scope')
    expect(await get('/api/models', headers(keys.mcp))).toBe('403 insufficient_scope')
    expect(await get('/v1/models', headers(keys.chat))).toBe(200)
    expect(await get('/v1/models', headers(keys['todos:read']))).toMatch('403')
    expect(await get('/api/todos', headers(keys['todos:write']))).toBe('403 insufficient_scope')
    expect(await change(headers(keys['todos:read']))).toBe('403 insufficient_scope')
    expect(await tools(headers(keys.mcp))).toEqual(['200'])
    expect(await tools(headers(keys.chat))).toEqual(['403'])
    expect(await tools(headers(readsOverMcp))).toEqual(['200', 'list_todos'])
  })

  test.each([
    ['as Authorization without a scheme', (key) => ({ authorization: key })],
    ['as Basic', (key) => ({ authorization: `Basic ${btoa(`${key}:`)}` })],
    ['as Basic, unpacked', (key) => ({ authorization: `Basic ${key}` })],
    ['as another scheme', (key) => ({ authorization: `ApiKey ${key}` })],
    ['behind a tab', (key) => ({ authorization: `Bearer\t${key}` })],
    ['behind two spaces', (key) => ({ authorization: `Bearer  ${key}` })],
    ['for a proxy', (key) => ({ 'proxy-authorization': `Bearer ${key}` })],
    ['as api-key', (key) => ({ 'api-key': key })],
    ['as x-goog-api-key', (key) => ({ 'x-goog-api-key': key })],
    ['as x_api_key', (key) => ({ x_api_key: key })],
    ['as x-auth-token', (key) => ({ 'x-auth-token': key })],
    ['as a cookie', (key) => ({ cookie: `x-api-key=${key}; better-auth.session_token=${key}` })],
    ['as another address', (key) => ({ referer: `${goldfish.url}/?key=${key}`, 'x-original-url': `/?key=${key}` })],
  ] as typeof ways)('%s it is not looked at', async (_, headers) => {
    for (const path of ['/api/models', '/v1/models']) expect(await get(path, headers(keys.chat))).toMatch('401')
    expect(await tools(headers(keys.mcp))).toEqual(['401'])
  })

  test('beside somebody else’s cookie it is its owner’s all the same', async () => {
    const conversationId = v7()
    await ada.send({ conversationId }, 'Mine?')
    const headers = { 'x-api-key': keys.chat, cookie: eve.cookie }
    expect(await get(`/api/conversations/${conversationId}`, headers)).toBe(200)
  })

  const near = (key: string) => `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
  const forged: [string, (key: string) => string][] = [
    ['another last letter', near],
    ['one letter less', (key) => key.slice(0, -1)],
    ['one letter more', (key) => `${key}A`],
    ['other letters’ size', (key) => `gf_${key.slice(3).toUpperCase()}x`.slice(0, 46)],
    ['no prefix', (key) => key.slice(3)],
    ['the prefix alone', () => 'gf_'],
    ['nothing', () => ''],
    ['it twice', (key) => `${key}, ${key}`],
    ['a wildcard', () => `gf_${'%'.repeat(43)}`],
    ['SQL', () => `gf_' or '1'='1`],
  ]
  test.each(forged)('%s is nobody, and no cookie makes up for it', async (_, forge) => {
    const key = forge(keys.chat)
    expect(await get('/api/models', { 'x-api-key': key })).toBe('401 unauthenticated')
    expect(await get('/api/models', { 'x-api-key': key, cookie: ada.cookie })).toBe('401 unauthenticated')
    expect(await get('/api/models', { authorization: `Bearer ${key}` })).toBe('401 unauthenticated')
  })

  test('its hash, which somebody may have seen in the database, is no key', async () => {
    const rows = await goldfish.sql<{ key: string }>('select key from apikey')
    expect(rows.length).toBeGreaterThanOrEqual(keyScopes.length)
    for (const { key } of rows)
      for (const sent of [key, `gf_${key}`]) expect(await get('/api/models', { 'x-api-key': sent })).toMatch('401')
  })

  test('two different keys are nobody', async () => {
    const headers = { 'x-api-key': keys.chat, authorization: `Bearer ${keys.mcp}` }
    expect(await get('/api/models', headers)).toBe('401 unauthenticated')
  })

  test.each(['key', 'api_key', 'apiKey', 'x-api-key', 'access_token', 'authorization'])(
    'in an address as %s it is not looked at',
    async (name) => {
      expect(await get(`/api/models?${name}=${keys.chat}`, {})).toBe('401 unauthenticated')
      expect(await get(`/v1/models?${name}=${keys.chat}`, {})).toMatch('401')
      const before = goldfish.stub.log().length
      const inBody = { model: 'stub-model', messages: [{ role: 'user', content: 'Hello?' }], [name]: keys.chat }
      const asked = await fetch(`${goldfish.url}/v1/chat/completions?${name}=${keys.chat}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(inBody),
      })
      expect([400, 401]).toContain(asked.status)
      expect(goldfish.stub.log()).toHaveLength(before)
    },
  )

  test('a chat does not get further than its key: what its model calls is refused', async () => {
    const ask = async (key: string, call: string) => {
      const body = { conversationId: v7(), message: userMessage(`[stub:tool=${call}] [stub:text=Well.]`) }
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return (await readAnswer(await keyFetch(goldfish.url, key)('/api/chat', init))).chunks
    }
    const titles = async () =>
      (
        await goldfish.sql<{ title: string }>(
          'select title from todo join "user" u on u.id = user_id where email = $1',
          [ada.email],
        )
      ).map(({ title }) => title)
    const { key: writes } = await makeKey(ada, ['chat', 'todos:write'])
    const refusal = expect.objectContaining({ errorText: expect.stringMatching(/^insufficient_scope: /) })
    expect(await ask(keys.chat, 'create_todo {"title":"By a chat"}')).toContainEqual(refusal)
    expect(await titles()).not.toContain('By a chat')
    expect(await ask(writes, 'create_todo {"title":"By one that may"}')).not.toContainEqual(refusal)
    expect(await titles()).toContain('By one that may')
    expect(await ask(writes, 'list_todos {}')).toContainEqual(refusal)
  })

  test('a page is for people', async () => {
    const response = await fetch(`${goldfish.url}/preferences`, {
      headers: { 'x-api-key': keys.chat, cookie: ada.cookie },
      redirect: 'manual',
    })
    expect(response.headers.get('location') ?? (await response.text())).toContain('/sign-in')
  })
})

describe('/api/auth/*', () => {
  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(`${goldfish.url}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: goldfish.url, ...headers },
      body: JSON.stringify(body),
    })
  const count = async (person: Person) =>
    (
      await goldfish.sql('select 1 from apikey k join "user" u on u.id = k.reference_id where u.email = $1', [
        person.email,
      ])
    ).length

  test('somebody who is signed in makes, lists and deletes keys there too; they are like all others', async () => {
    const person = await signUp(goldfish.url)
    const response = await post(
      '/api-key/create',
      { name: 'Theirs', expiresIn: 60 * 60 * 24 * 7 },
      { cookie: person.cookie },
    )
    expect(response.status).toBe(200)
    const { key, id } = (await response.json()) as { key: string; id: string }
    expect(key).toMatch(/^gf_[A-Za-z0-9_-]{43}$/)
    expect((await keyFetch(goldfish.url, key)('/api/models')).status).toBe(200)
    expect((await keyFetch(goldfish.url, key)('/api/preferences')).status).toBe(403)
    const own = await (await person.fetch('/api/keys')).json()
    expect(own.items).toMatchObject([{ id, name: 'Theirs', start: key.slice(0, 8), scopes: keyScopes }])
    expect(await (await person.fetch('/api/auth/api-key/list')).text()).not.toContain(key.slice(8))
    expect((await post('/api-key/delete', { keyId: id }, { cookie: eve.cookie })).status).toBe(404)
    expect((await post('/api-key/delete', { keyId: id }, { cookie: person.cookie })).status).toBe(200)
    expect((await keyFetch(goldfish.url, key)('/api/models')).status).toBe(401)
  })

  test.each([undefined, 'null', 'https://evil.example'])(
    'a page of the origin %s makes none with a cookie',
    async (origin) => {
      const all = await count(ada)
      const headers = { 'content-type': 'application/json', cookie: ada.cookie, ...(origin && { origin }) }
      const init = { method: 'POST', headers, body: JSON.stringify({ name: 'x' }) }
      expect((await fetch(`${goldfish.url}/api/auth/api-key/create`, init)).status).toBe(403)
      expect(await count(ada)).toBe(all)
    },
  )

  test.each([
    ['permissions', { permissions: { scopes: ['chat'] } }],
    ['a limit', { rateLimitEnabled: false }],
    ['a larger limit', { rateLimitMax: 1000, rateLimitTimeWindow: 1 }],
    ['a refill', { remaining: 5, refillAmount: 5, refillInterval: 5 }],
    ['somebody else', { userId: 'somebody' }],
  ])('no client sets %s, neither on a new key nor on one that is there', async (_, fields) => {
    const { id } = await makeKey(ada, ['todos:read'])
    const before = await goldfish.sql('select * from apikey where id = $1', [id])
    const all = await count(ada)
    const made = await post('/api-key/create', { name: 'x', ...fields }, { cookie: ada.cookie })
    const changed = await post('/api-key/update', { keyId: id, ...fields }, { cookie: ada.cookie })
    expect([made.status, changed.status].every((status) => status >= 400 && status < 500)).toBe(true)
    expect(await goldfish.sql('select * from apikey where id = $1', [id])).toEqual(before)
    expect(await count(ada)).toBe(all)
  })

  test.each([
    ['alone', () => ({})],
    ['beside a cookie', () => ({ cookie: ada.cookie })],
    ['beside a session’s bearer', () => ({ authorization: `Bearer ${ada.bearer}` })],
  ])('a key is nobody there, %s', async (_, more) => {
    const all = await count(ada)
    for (const headers of [
      { ...more(), 'x-api-key': keys.chat },
      { ...more(), authorization: `Bearer ${keys.chat}` },
    ]) {
      expect((await post('/api-key/create', { name: 'x' }, headers)).status).toBe(401)
      expect((await post('/revoke-other-sessions', {}, headers)).status).toBe(401)
      for (const path of ['/api-key/list', '/list-sessions'])
        expect((await fetch(`${goldfish.url}/api/auth${path}`, { headers })).status).toBe(401)
      expect(await (await fetch(`${goldfish.url}/api/auth/get-session`, { headers })).json()).toBeNull()
    }
    expect(await count(ada)).toBe(all)
    expect((await ada.fetch('/api/models')).status).toBe(200)
  })

  test('a key is verified by nobody but the server', async () => {
    expect((await post('/api-key/verify', { key: keys.chat }, { cookie: ada.cookie })).status).toBe(404)
  })
})
