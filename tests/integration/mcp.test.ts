/** Tests the MCP endpoint: its tools and resources, its authentication, and the requests that it must reject. */
import { createMCPClient } from '@ai-sdk/mcp'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TodoItem } from '@/lib/contract/api'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { makeKey } from './key-client'
import { callTool, mcpCall, mcpPost, postWithHost } from './mcp-client'

let goldfish: Goldfish
let ada: Person
let eve: Person
let key = ''
let evesKey = ''
beforeAll(async () => {
  goldfish = await startGoldfish({ env: { RATE_LIMITS: '{"mcp":"1000/60"}' } })
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
  key = (await makeKey(ada, ['mcp', 'chat', 'todos:read', 'todos:write'])).key
  evesKey = (await makeKey(eve, ['mcp', 'chat', 'todos:read', 'todos:write'])).key
})
afterAll(() => goldfish?.stop())

/** Returns the items of `tools/list` or `resources/list`, or an empty list if the call failed. */
async function list<Item>(owner: string, kind: 'tools' | 'resources'): Promise<Item[]> {
  const { rpc } = await mcpCall(goldfish.url, owner, `${kind}/list`)
  return (rpc?.result as Record<string, Item[]> | undefined)?.[kind] ?? []
}
const create = async (owner: string, title: string) =>
  (await callTool(goldfish.url, owner, 'create_todo', { title })).output?.todo as TodoItem
const todosOf = (email: string) =>
  goldfish.sql(`select title, done from todo join "user" u on u.id = user_id where email = $1`, [email])

test('the tools are listed in alphabetical order, and no tool has a user as input', async () => {
  const tools = await list<{ name: string; inputSchema: unknown; annotations: unknown }>(key, 'tools')
  const names = tools.map(({ name }) => name)
  expect(names).toEqual(names.toSorted())
  expect(names).toEqual(
    expect.arrayContaining([
      'complete_todo',
      'create_todo',
      'delete_todo',
      'list_todos',
      'search_conversations',
      'update_todo',
    ]),
  )
  expect(JSON.stringify(tools.map(({ inputSchema }) => inputSchema))).not.toMatch(/user/i)
  expect(tools.find(({ name }) => name === 'delete_todo')?.annotations).toMatchObject({ destructiveHint: true })
  expect(tools.find(({ name }) => name === 'list_todos')?.annotations).toMatchObject({ readOnlyHint: true })
})

test('the tools read and change only the todos of the key’s owner', async () => {
  const milk = await create(key, 'Milk')
  expect(milk).toMatchObject({ title: 'Milk', done: false })
  const done = await callTool(goldfish.url, key, 'complete_todo', { id: milk.id })
  expect(done.output?.todo).toMatchObject({ done: true })
  const listed = await callTool(goldfish.url, key, 'list_todos', { filter: 'done' })
  expect(listed.output?.todos).toMatchObject([{ id: milk.id }])

  expect((await callTool(goldfish.url, evesKey, 'list_todos', {})).output).toMatchObject({ todos: [] })
  for (const name of ['complete_todo', 'update_todo', 'delete_todo'])
    for (const id of [milk.id, v7()])
      expect(
        await callTool(goldfish.url, evesKey, name, { id, ...(name === 'update_todo' && { title: 'Mine' }) }),
      ).toMatchObject({
        failure: 'not_found: Not found. It may have been deleted.',
      })
  expect(await todosOf(ada.email)).toEqual([{ title: 'Milk', done: true }])

  expect((await callTool(goldfish.url, key, 'delete_todo', { id: milk.id })).output?.todo).toMatchObject({
    id: milk.id,
  })
  expect(await todosOf(ada.email)).toEqual([])
})

test('the endpoint accepts a session token as a bearer token', async () => {
  expect((await callTool(goldfish.url, eve.bearer, 'list_todos', {})).output).toMatchObject({ todos: [] })
})

test('an invalid tool call returns an error and writes nothing', async () => {
  const before = await todosOf(ada.email)
  const wrong: [string, unknown][] = [
    ['create_todo', { title: 'x'.repeat(10_000) }],
    ['create_todo', { title: '' }],
    ['create_todo', { title: 'Milk\nand bread' }],
    ['create_todo', { title: 'Milk', userId: 'another-user' }],
    ['create_todo', {}],
    ['complete_todo', { id: 'not-an-id' }],
    ['list_todos', { filter: 'mine' }],
    ['no_such_tool', {}],
    ['__proto__', {}],
  ]
  for (const [name, input] of wrong) {
    const { failure } = await callTool(goldfish.url, key, name, input)
    expect(failure, `${name} ${JSON.stringify(input).slice(0, 60)}`).toBeTruthy()
  }
  expect(await todosOf(ada.email)).toEqual(before)
})

test('a key gets only the tools of its scopes, and a key without the mcp scope gets 403', async () => {
  const { key: reads } = await makeKey(ada, ['mcp', 'todos:read'])
  expect((await list<{ name: string }>(reads, 'tools')).map(({ name }) => name)).toEqual(['list_todos'])
  expect((await callTool(goldfish.url, reads, 'create_todo', { title: 'Milk' })).failure).toBeTruthy()
  const { key: chats } = await makeKey(ada, ['chat', 'todos:read', 'todos:write'])
  expect((await mcpCall(goldfish.url, chats, 'tools/list')).status).toBe(403)
})

test('a key reads the conversations and todos of its owner as resources, and not those of other users', async () => {
  const todo = await create(key, 'Bread')
  const conversationId = v7()
  await ada.send({ conversationId }, 'What do goldfish eat?')
  const uris = (await list<{ uri: string }>(key, 'resources')).map(({ uri }) => uri)
  expect(uris).toEqual(expect.arrayContaining([`todo://${todo.id}`, `conversation://${conversationId}`]))
  for (const [uri, content] of [
    [`todo://${todo.id}`, 'Bread'],
    [`conversation://${conversationId}`, 'What do goldfish eat?'],
  ]) {
    expect((await mcpCall(goldfish.url, key, 'resources/read', { uri })).text).toContain(content)
    const foreign = await mcpCall(goldfish.url, evesKey, 'resources/read', { uri })
    expect(foreign.rpc?.error?.code, `${foreign.status} ${foreign.text}`).toBe(-32602)
    expect(foreign.text).not.toContain(content)
  }
  const prompt = await mcpCall(goldfish.url, key, 'prompts/get', { name: 'plan_my_day' })
  expect(prompt.text).toContain('Bread')
})

test('missing, revoked and expired keys, cookies, and foreign hosts and origins are rejected', async () => {
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
  const refused = await mcpPost(goldfish.url, null, list, { cookie: ada.cookie, origin: goldfish.url })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer resource_metadata="http/)
  const metadata = /"(.*)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? ''
  const described = await fetch(`${goldfish.url}${new URL(metadata).pathname}`)
  expect(await described.json()).toMatchObject({ scopes_supported: ['mcp'] })

  const { key: revoked, id } = await makeKey(ada, ['mcp'])
  await ada.fetch(`/api/keys/${id}`, { method: 'DELETE' })
  expect((await mcpPost(goldfish.url, revoked, list)).status).toBe(401)
  const { key: expired, id: expiredId } = await makeKey(ada, ['mcp'], { expiresInDays: 1 })
  expect((await mcpPost(goldfish.url, expired, list)).status).toBe(200)
  await goldfish.sql(`update apikey set expires_at = now() - interval '1 second' where id = $1`, [expiredId])
  expect((await mcpPost(goldfish.url, expired, list)).status).toBe(401)
  expect((await mcpPost(goldfish.url, `${key}x`, list)).status).toBe(401)
  expect((await mcpPost(goldfish.url, key, list, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await mcpPost(goldfish.url, key, list, { origin: 'null' })).status).toBe(403)
  expect((await mcpPost(goldfish.url, key, list, { origin: goldfish.url })).status).toBe(200)
  const { host, origin } = new URL(goldfish.url)
  for (const forwarded of [{}, { 'x-forwarded-host': host }, { forwarded: `host=${host}` }, { origin }])
    for (const foreign of ['evil.example', `evil.example:${host.split(':')[1]}`, `${host}.evil.example`])
      expect(await postWithHost(goldfish.url, foreign, { authorization: `Bearer ${key}`, ...forwarded })).toBe(403)
  const inUrl = await fetch(`${goldfish.url}/api/mcp?key=${key}&api_key=${key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(list),
  })
  expect(inUrl.status).toBe(401)
})

test('malformed, oversized and batched requests get a 4xx status', async () => {
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
  expect((await mcpPost(goldfish.url, key, 'no json')).status).toBe(400)
  expect((await mcpPost(goldfish.url, key, { ...list, jsonrpc: '1.0' })).status).toBe(400)
  expect((await mcpPost(goldfish.url, key, list, { 'mcp-protocol-version': '1999-01-01' })).status).toBe(400)
  expect((await mcpPost(goldfish.url, key, list, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await mcpPost(goldfish.url, key, { ...list, params: { pad: 'x'.repeat(300_000) } })).status).toBe(413)
  expect((await mcpPost(goldfish.url, key, [list, list], { 'mcp-protocol-version': '2026-07-28' })).status).toBe(400)
  // Batches must be rejected. Otherwise one request could make as many calls as fit into its body.
  const write = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'create_todo', arguments: { title: 'B' } },
  }
  for (const version of ['2025-03-26', '2025-11-25', '2026-07-28'])
    expect((await mcpPost(goldfish.url, key, [write, write], { 'mcp-protocol-version': version })).status).toBe(400)
  expect((await todosOf(ada.email)).filter(({ title }) => title === 'B')).toEqual([])
  for (const method of ['GET', 'DELETE', 'PUT'])
    expect(
      (await fetch(`${goldfish.url}/api/mcp`, { method, headers: { authorization: `Bearer ${key}` } })).status,
    ).toBe(405)
})

test('an MCP client of the current revision lists the tools and calls one', async () => {
  const client = await createMCPClient({
    transport: { type: 'http', url: `${goldfish.url}/api/mcp`, headers: { authorization: `Bearer ${evesKey}` } },
  })
  try {
    const tools = await client.tools()
    const options = { toolCallId: 'one', messages: [], context: undefined }
    const made = await tools.create_todo?.execute?.({ title: 'Tea' }, options as never)
    expect(JSON.stringify(made)).toContain('Tea')
  } finally {
    await client.close()
  }
  expect(await todosOf(eve.email)).toEqual([{ title: 'Tea', done: false }])
})
