/**
 * Tests that an API key opens the routes of its scopes and nothing else. The result must not depend on the header that
 * contains the key, or on other credentials of the request.
 */
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
let mcpTodosKey = ''
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
  for (const scope of keyScopes) keys[scope] = (await makeKey(ada, [scope])).key
  mcpTodosKey = (await makeKey(ada, ['mcp', 'todos:read'])).key
})
afterAll(() => goldfish?.stop())

/** The scope that a key must have for each route. All other routes refuse keys. */
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
/** Routes that do not require a user. */
const isPublic = (route: string) => /\/api\/(auth|health|shares|cron)|\[\.\.\.path\]/.test(route)

const clientWithKey = (key: string): Person => ({
  ...personAt(goldfish.url, { email: '', cookie: '', bearer: '' }),
  fetch: keyFetch(goldfish.url, key),
})
const codeOf = async (response: Response) => {
  const text = await response.text()
  if (response.ok) return response.status
  const problem = JSON.parse(text)
  return `${response.status} ${problem.code ?? problem.error.code}`
}

test.each(keyScopes)('a key with the scope %s opens the routes of that scope and no others', async (scope) => {
  const findings: string[] = []
  for (const { route, send } of callsOfAllRoutes().filter((call) => !isPublic(call.route))) {
    const outcome = await codeOf(await send(clientWithKey(keys[scope])))
    const isOpen = outcome !== '403 insufficient_scope'
    if (isOpen !== (scopeOf[route] === scope) || `${outcome}`.startsWith('401')) findings.push(`${route}: ${outcome}`)
  }
  expect(findings).toEqual([])
})

test('a key with missing or malformed permissions opens no route', async () => {
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

describe('ways to send a key', () => {
  const get = async (path: string, headers: Record<string, string>) =>
    codeOf(await fetch(`${goldfish.url}${path}`, { headers }))
  const createTodo = async (headers: Record<string, string>) => {
    const init = { method: 'POST', body: '{"title":"Mine?"}' }
    // A write with a cookie must have the Origin of the site.
    const baseHeaders = { 'content-type': 'application/json', origin: goldfish.url }
    return codeOf(await fetch(`${goldfish.url}/api/todos`, { ...init, headers: { ...baseHeaders, ...headers } }))
  }
  /** Returns the status of a `tools/list` request over MCP, followed by the names of the listed tools. */
  const listTools = async (headers: Record<string, string>) => {
    const { status, rpc } = await mcpCall(goldfish.url, null, 'tools/list', {}, { headers })
    const offered = (rpc?.result as { tools?: { name: string }[] } | undefined)?.tools ?? []
    return [`${status}`, ...offered.map(({ name }) => name)]
  }
  const headerForms: [string, (key: string) => Record<string, string>][] = [
    ['as x-api-key', (key) => ({ 'x-api-key': key })],
    ['as X-API-KEY', (key) => ({ 'X-API-KEY': key })],
    ['as a bearer', (key) => ({ authorization: `Bearer ${key}` })],
    ['as a lowercase bearer', (key) => ({ authorization: `bearer ${key}` })],
    ['as x-api-key and as a bearer', (key) => ({ 'x-api-key': key, authorization: `Bearer ${key}` })],
    ['alongside the cookie of its owner', (key) => ({ 'x-api-key': key, cookie: ada.cookie })],
    ['alongside the cookie of another user', (key) => ({ 'x-api-key': key, cookie: eve.cookie })],
    ['as a bearer alongside a cookie', (key) => ({ authorization: `Bearer ${key}`, cookie: ada.cookie })],
    ['alongside the bearer of a session', (key) => ({ 'x-api-key': key, authorization: `Bearer ${ada.bearer}` })],
  ]
  test.each(headerForms)('a key sent %s has the same scopes', async (_, headers) => {
    expect(await get('/api/models', headers(keys.chat))).toBe(200)
    expect(await get('/api/preferences', headers(keys.chat))).toBe('403 insufficient_scope')
    expect(await get('/api/models', headers(keys.mcp))).toBe('403 insufficient_scope')
    expect(await get('/v1/models', headers(keys.chat))).toBe(200)
    expect(await get('/v1/models', headers(keys['todos:read']))).toMatch('403')
    expect(await get('/api/todos', headers(keys['todos:write']))).toBe('403 insufficient_scope')
    expect(await createTodo(headers(keys['todos:read']))).toBe('403 insufficient_scope')
    expect(await listTools(headers(keys.mcp))).toEqual(['200'])
    expect(await listTools(headers(keys.chat))).toEqual(['403'])
    expect(await listTools(headers(mcpTodosKey))).toEqual(['200', 'list_todos'])
  })

  test.each([
    ['as Authorization without a scheme', (key) => ({ authorization: key })],
    ['as the Basic user name', (key) => ({ authorization: `Basic ${btoa(`${key}:`)}` })],
    ['as Basic credentials without encoding', (key) => ({ authorization: `Basic ${key}` })],
    ['with the scheme ApiKey', (key) => ({ authorization: `ApiKey ${key}` })],
    ['as a bearer after a tab', (key) => ({ authorization: `Bearer\t${key}` })],
    ['as a bearer after two spaces', (key) => ({ authorization: `Bearer  ${key}` })],
    ['as Proxy-Authorization', (key) => ({ 'proxy-authorization': `Bearer ${key}` })],
    ['as api-key', (key) => ({ 'api-key': key })],
    ['as x-goog-api-key', (key) => ({ 'x-goog-api-key': key })],
    ['as x_api_key', (key) => ({ x_api_key: key })],
    ['as x-auth-token', (key) => ({ 'x-auth-token': key })],
    ['as a cookie', (key) => ({ cookie: `x-api-key=${key}; better-auth.session_token=${key}` })],
    [
      'in Referer and X-Original-URL',
      (key) => ({ referer: `${goldfish.url}/?key=${key}`, 'x-original-url': `/?key=${key}` }),
    ],
  ] as typeof headerForms)('a key sent %s is ignored', async (_, headers) => {
    for (const path of ['/api/models', '/v1/models']) expect(await get(path, headers(keys.chat))).toMatch('401')
    expect(await listTools(headers(keys.mcp))).toEqual(['401'])
  })

  test('a request with a key and the cookie of another user acts for the owner of the key', async () => {
    const conversationId = v7()
    await ada.send({ conversationId }, 'Mine?')
    const headers = { 'x-api-key': keys.chat, cookie: eve.cookie }
    expect(await get(`/api/conversations/${conversationId}`, headers)).toBe(200)
  })

  const changeLastCharacter = (key: string) => `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
  const forged: [string, (key: string) => string][] = [
    ['a key with another last character', changeLastCharacter],
    ['a key without its last character', (key) => key.slice(0, -1)],
    ['a key with an extra character', (key) => `${key}A`],
    ['a key in uppercase', (key) => `gf_${key.slice(3).toUpperCase()}x`.slice(0, 46)],
    ['a key without its prefix', (key) => key.slice(3)],
    ['the prefix alone', () => 'gf_'],
    ['an empty string', () => ''],
    ['a key repeated in one header', (key) => `${key}, ${key}`],
    ['wildcard characters', () => `gf_${'%'.repeat(43)}`],
    ['SQL', () => `gf_' or '1'='1`],
  ]
  test.each(forged)('%s is rejected, even alongside a valid cookie', async (_, forge) => {
    const key = forge(keys.chat)
    expect(await get('/api/models', { 'x-api-key': key })).toBe('401 unauthenticated')
    expect(await get('/api/models', { 'x-api-key': key, cookie: ada.cookie })).toBe('401 unauthenticated')
    expect(await get('/api/models', { authorization: `Bearer ${key}` })).toBe('401 unauthenticated')
  })

  test('the hash of a key in the database is not accepted as a key', async () => {
    const rows = await goldfish.sql<{ key: string }>('select key from apikey')
    expect(rows.length).toBeGreaterThanOrEqual(keyScopes.length)
    for (const { key } of rows)
      for (const sent of [key, `gf_${key}`]) expect(await get('/api/models', { 'x-api-key': sent })).toMatch('401')
  })

  test('a request with two different keys is rejected', async () => {
    const headers = { 'x-api-key': keys.chat, authorization: `Bearer ${keys.mcp}` }
    expect(await get('/api/models', headers)).toBe('401 unauthenticated')
  })

  test.each(['key', 'api_key', 'apiKey', 'x-api-key', 'access_token', 'authorization'])(
    'a key in the parameter or body field %s is ignored',
    async (name) => {
      expect(await get(`/api/models?${name}=${keys.chat}`, {})).toBe('401 unauthenticated')
      expect(await get(`/v1/models?${name}=${keys.chat}`, {})).toMatch('401')
      const before = goldfish.stub.log().length
      const inBody = { model: 'stub-model', messages: [{ role: 'user', content: 'Hello?' }], [name]: keys.chat }
      const response = await fetch(`${goldfish.url}/v1/chat/completions?${name}=${keys.chat}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(inBody),
      })
      expect([400, 401]).toContain(response.status)
      expect(goldfish.stub.log()).toHaveLength(before)
    },
  )

  test('a tool call of the model is refused if the key of the request lacks the scope for the tool', async () => {
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
    const { key: todoKey } = await makeKey(ada, ['chat', 'todos:write'])
    const refusal = expect.objectContaining({ errorText: expect.stringMatching(/^insufficient_scope: /) })
    expect(await ask(keys.chat, 'create_todo {"title":"By a chat"}')).toContainEqual(refusal)
    expect(await titles()).not.toContain('By a chat')
    expect(await ask(todoKey, 'create_todo {"title":"With the scope"}')).not.toContainEqual(refusal)
    expect(await titles()).toContain('With the scope')
    expect(await ask(todoKey, 'list_todos {}')).toContainEqual(refusal)
  })

  test('a page redirects a request with a key to sign-in, even with a valid cookie', async () => {
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

  test('a user can create, list and delete keys with the routes of better-auth, and these keys have all scopes', async () => {
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
    'refuses to create a key with a cookie from the origin %s',
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
    ['whether its rate limit is enabled', { rateLimitEnabled: false }],
    ['a larger rate limit', { rateLimitMax: 1000, rateLimitTimeWindow: 1 }],
    ['a refill', { remaining: 5, refillAmount: 5, refillInterval: 5 }],
    ['another owner', { userId: 'somebody' }],
  ])('a client cannot set %s on a new or an existing key', async (_, fields) => {
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
    ['alongside a cookie', () => ({ cookie: ada.cookie })],
    ['alongside the bearer of a session', () => ({ authorization: `Bearer ${ada.bearer}` })],
  ])('an API key sent %s cannot manage keys or sessions', async (_, more) => {
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

  test('the route that verifies keys is not available to clients', async () => {
    expect((await post('/api-key/verify', { key: keys.chat }, { cookie: ada.cookie })).status).toBe(404)
  })
})
