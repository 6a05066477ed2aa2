import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { ChatChunk, ChatPart } from '@/lib/contract/ui-message'
import type { MessageId } from '@/lib/ids'
import { createTodo } from '@/lib/todo/todos'
import { requestStop } from '@/lib/turn/turn-lease'
import { type Chatter, testChat } from '@/tests/services/test-chat'
import { testDatabase } from '@/tests/services/test-database'
import { startToolServer, startUnresponsiveServer } from '@/tests/services/tool-server'
import { chatTools } from './chat-tools'
import { executeToolCalls } from './execute-tool-calls'

const database = await testDatabase()
const { sql } = database
const { stub, chatter } = await testChat(database)

const titles = async ({ context }: Chatter) =>
  (
    await sql<{ title: string }>('select title from todo where user_id = $1 order by created_at, title', [
      context.userId,
    ])
  ).map(({ title }) => title)
async function stored({ context }: Chatter, messageId: string | null) {
  const [row] = await sql<{ status: string; parts: ChatPart[]; usage: { outputTokens: number } | null; path: string }>(
    'select status, parts, usage, path from message where user_id = $1 and id = $2',
    [context.userId, messageId],
  )
  if (!row) throw new Error('no such message')
  return row
}
const serverAt = (url: string) =>
  ({ name: 'weather', url, headers: {}, approval: 'never', privateNetwork: true }) as const
const errors = (parts: readonly ChatPart[]) => parts.flatMap((part) => ('errorText' in part ? [part.errorText] : []))
const types = (chunks: readonly { type: string }[]) => chunks.map(({ type }) => type)
/** Returns the roles of the messages in the newest model call. */
const roles = () =>
  stub
    .log()
    .at(-1)
    ?.messages.map(({ role }) => role)
/** Returns the tool results in the newest model call. */
const results = () =>
  stub
    .log()
    .at(-1)
    ?.messages.flatMap(({ role, content }) => (role === 'tool' ? [String(content)] : []))

test('runs the tool calls of the model step by step and returns their results to it', async () => {
  const ada = await chatter()
  const sent = await ada.send(
    '[stub:say=Well.] [stub:tool=create_todo {"title":"Milk"}] [stub:tool=create_todo {"title":"Bread"}] [stub:then] [stub:tool=complete_todo {"id":"$id"}] [stub:text=All done.]',
  )
  expect(sent.error).toBeNull()
  expect(sent.text).toBe('Well.Well.All done.')
  expect(await sql('select title, done from todo where user_id = $1 order by title', [ada.context.userId])).toEqual([
    { title: 'Bread', done: false },
    { title: 'Milk', done: true },
  ])
  const { parts, status, usage } = await stored(ada, sent.messageId)
  expect(status).toBe('complete')
  expect(parts.map(({ type }) => type)).toEqual([
    'text',
    'tool-create_todo',
    'tool-create_todo',
    'step-start',
    'text',
    'tool-complete_todo',
    'step-start',
    'text',
  ])
  expect(parts[1]).toMatchObject({
    state: 'output-available',
    input: { title: 'Milk' },
    output: { todo: { title: 'Milk', done: false } },
  })
  expect(types(sent.chunks)).toEqual(
    expect.arrayContaining(['tool-input-start', 'tool-input-delta', 'tool-output-available']),
  )
  expect(stub.log()).toHaveLength(3)
  expect(roles()).toEqual(['system', 'user', 'assistant', 'tool', 'tool', 'assistant', 'tool'])
  // The usage covers all steps.
  expect(usage?.outputTokens).toBe(4)
  expect(sent.metadata).toMatchObject({ cacheStored: false, usage: { outputTokens: 4 } })
  const sum = (field: 'promptTokens') => stub.log().reduce((total, call) => total + call[field], 0)
  expect(sent.metadata?.usage?.inputTokens).toBe(sum('promptTokens'))
  expect(
    await sql('select input_tokens as tokens from usage where user_id = $1 and purpose = $2', [
      ada.context.userId,
      'answer',
    ]),
  ).toEqual([{ tokens: sum('promptTokens') }])
})

test('repeats a turn with tool calls byte for byte in the prompt of the next turn', async () => {
  const ada = await chatter()
  await ada.send('[stub:tool=create_todo {"title":"Milk","description":"two litres"}] [stub:text=Noted.]')
  const during = stub.log().at(-1)?.messages ?? []
  await ada.send('And now?')
  const after = stub.log().at(-1)?.messages ?? []
  expect(JSON.stringify(after.slice(0, during.length))).toBe(JSON.stringify(during))
  expect(after.slice(during.length)).toMatchObject([{ role: 'assistant', content: 'Noted.' }, { role: 'user' }])
})

test('offers the same tools in every turn, and none for a title', async () => {
  const ada = await chatter()
  await ada.send('Hello?')
  await ada.send('[stub:tool=list_todos {}]')
  const [first, second, third] = stub.log().map((call) => JSON.parse(call.body))
  expect(first.tools.map((tool: { function: { name: string } }) => tool.function.name)).toEqual([
    'complete_todo',
    'create_todo',
    'delete_todo',
    'list_todos',
    'search_conversations',
    'update_todo',
  ])
  expect(JSON.stringify(second.tools)).toBe(JSON.stringify(first.tools))
  expect(JSON.stringify(third.tools)).toBe(JSON.stringify(first.tools))
  expect(JSON.stringify(first.tools)).not.toMatch(/user_?id/i)
  // The title of the previous test may be requested as late as here.
  const asked = () => stub.titleLog().filter(({ body }) => body.includes('Hello?'))
  await expect.poll(asked, { timeout: 15_000 }).toHaveLength(1)
  expect(JSON.parse(asked()[0]?.body ?? '{}')).not.toHaveProperty('tools')
})

describe('tool calls that cannot be made', () => {
  test.each([
    ['an unknown tool', '[stub:tool=launch_rocket {"now":true}]', 'There is no tool of this name.'],
    ['an invalid tool name', '[stub:tool=../../etc {}]', 'There is no tool of this name.'],
    ['a name from the prototype', '[stub:tool=constructor {}]', 'There is no tool of this name.'],
    ['broken JSON', '[stub:tool=create_todo {"title":]', 'The arguments are not a JSON object.'],
    ['arguments that are not an object', '[stub:tool=create_todo "Milk"]', 'The arguments are not a JSON object.'],
    ['a missing field', '[stub:tool=create_todo {}]', 'invalid_request: The request is not valid.\ntitle: '],
    ['an unknown field', '[stub:tool=create_todo {"title":"x","userId":"eve"}]', 'invalid_request'],
    [
      'a title of 10,000 characters',
      `[stub:tool=create_todo {"title":"${'x'.repeat(10_000)}"}]`,
      'title: must be at most 200',
    ],
    ['a control character', '[stub:tool=create_todo {"title":"a\\u0001b"}]', 'title: '],
    ['an invalid id', '[stub:tool=complete_todo {"id":"1 or 1=1"}]', 'id: '],
  ])('returns an error to the model for a call with %s', async (_, question, error) => {
    const ada = await chatter()
    const sent = await ada.send(`${question} [stub:text=I could not.]`)
    expect(sent).toMatchObject({ error: null, text: 'I could not.', metadata: { status: 'complete' } })
    expect(results()).toHaveLength(1)
    expect(results()?.[0]).toContain(error)
    expect(results()?.[0]).not.toMatch(/zod|select|node_modules/i)
    expect(errors((await stored(ada, sent.messageId)).parts)[0]).toContain(error)
    expect(await titles(ada)).toEqual([])
  })

  test('neither reads nor changes a todo of another user', async () => {
    const [ada, eve] = [await chatter(), await chatter()]
    const { id } = await createTodo(ada.context, { title: 'Secret', description: '', done: false })
    for (const tool of ['complete_todo', 'update_todo']) {
      const sent = await eve.send(`[stub:tool=${tool} {"id":"${id}"}] [stub:text=No.]`)
      expect(results()?.at(-1)).toBe('not_found: Not found. It may have been deleted.')
      expect(JSON.stringify(sent.chunks)).not.toContain('Secret')
    }
    expect(await sql('select title, done from todo where user_id = $1', [ada.context.userId])).toEqual([
      { title: 'Secret', done: false },
    ])
  })

  test.each([
    ['create_todo', '{"title":"Bread"}', ['chat', 'todos:read', 'mcp']],
    ['complete_todo', '{"id":"ID"}', ['chat', 'todos:read', 'mcp']],
    ['update_todo', '{"id":"ID","title":"Bread"}', ['chat', 'todos:read', 'mcp']],
    ['delete_todo', '{"id":"ID"}', ['chat', 'todos:read', 'mcp']],
    ['list_todos', '{}', ['chat', 'todos:write', 'mcp']],
  ] as const)('returns an error to the model for %s if the key lacks the scope', async (tool, input, scopes) => {
    const ada = await chatter()
    const { id } = await createTodo(ada.context, { title: 'Milk', description: '', done: false })
    ada.context.scopes = scopes
    const sent = await ada.send(`[stub:tool=${tool} ${input.replace('ID', id)}] [stub:text=I may not.]`)
    expect(sent).toMatchObject({ error: null, text: 'I may not.' })
    expect(results()).toEqual([expect.stringMatching(/^insufficient_scope: /)])
    expect(JSON.stringify(sent.chunks)).not.toContain('Milk')
    expect(await sql('select title, done from todo where user_id = $1', [ada.context.userId])).toEqual([
      { title: 'Milk', done: false },
    ])
  })

  test('hides the details of a database error from the model', async () => {
    const ada = await chatter()
    await sql('alter table todo rename to todo_away')
    try {
      const sent = await ada.send('[stub:tool=list_todos {}] [stub:text=Sorry.]')
      expect(results()).toEqual(['The tool failed.'])
      expect(sent).toMatchObject({ text: 'Sorry.', error: null })
    } finally {
      await sql('alter table todo_away rename to todo')
    }
  })
})

describe('limits of the agent loop', () => {
  test('limits the calls in one step', async () => {
    const ada = await chatter()
    const sent = await ada.send('[stub:tool=create_todo {"title":"Again"}] [stub:times=100] [stub:text=Enough.]')
    expect(sent).toMatchObject({ error: null, text: 'Enough.' })
    expect(await titles(ada)).toHaveLength(32)
    expect(results()).toHaveLength(100)
    expect(results()?.filter((text) => text.startsWith('Too many tool calls'))).toHaveLength(68)
  })

  test('limits the steps, after which the model must answer without tools', async () => {
    const ada = await chatter()
    const sent = await ada.send('[stub:tool=create_todo {"title":"Again"}] [stub:again] [stub:text=Enough.]')
    expect(sent).toMatchObject({ error: null, text: 'Enough.', metadata: { status: 'complete' } })
    expect(stub.log()).toHaveLength(9)
    expect(JSON.parse(stub.log().at(-1)?.body ?? '{}')).toMatchObject({ tool_choice: 'none' })
    expect(await titles(ada)).toHaveLength(8)
  })

  test('starts no call after the time limit', async () => {
    const ada = await chatter()
    const call = {
      type: 'tool-create_todo',
      toolCallId: 'a',
      state: 'input-available',
      input: { title: 'Late' },
    } as const
    const answer = {
      run: { answerId: v7() as MessageId, fence: 1 },
      questionId: v7() as MessageId,
      tools: chatTools,
      parts: () => [call],
      providerCallId: (id: string) => id,
    }
    const { signal } = new AbortController()
    const chunks: ChatChunk[] = []
    for await (const chunk of executeToolCalls(ada.context, { ...answer, signal, isOutOfTime: () => true }))
      chunks.push(chunk)
    expect(chunks).toMatchObject([{ type: 'tool-output-error', errorText: expect.stringContaining('time limit') }])
    expect(await titles(ada)).toEqual([])
  })

  test('aborts a slow tool call on Stop', async () => {
    const ada = await chatter()
    const server = await startToolServer()
    try {
      ada.context.settings.mcpServers = [serverAt(server.url)]
      const sending = ada.send('[stub:tool=weather__wait {"city":"Ulm"}]')
      await expect.poll(() => server.calls, { timeout: 15_000 }).toHaveLength(1)
      expect(await requestStop(ada.context, ada.conversationId)).toBe(true)
      const { messageId } = await sending
      const { parts, status } = await stored(ada, messageId)
      expect(status).toBe('stopped')
      expect(errors(parts)).toEqual([expect.stringMatching(/^Stopped/)])
    } finally {
      await server.stop()
    }
  })

  test('does not wait for an MCP server that keeps its connection open', async () => {
    const ada = await chatter()
    const server = await startUnresponsiveServer()
    try {
      ada.context.settings.mcpServers = [serverAt(server.url)]
      expect((await ada.send('[stub:text=Hello.]')).text).toBe('Hello.')
      await expect.poll(server.leaving, { timeout: 15_000 }).toBe(1)
    } finally {
      await server.stop()
    }
  })

  test('ends the loop even if the model ignores the tool choice', async () => {
    const ada = await chatter()
    const sent = await ada.send('[stub:tool=list_todos {}] [stub:again] [stub:defiant]')
    expect(sent).toMatchObject({ error: null, metadata: { status: 'complete' } })
    expect(stub.log()).toHaveLength(9)
    expect((await stored(ada, sent.messageId)).parts.filter(({ type }) => type === 'tool-list_todos')).toHaveLength(8)
  })
})

test('truncates the end of a list that is too long for one result', async () => {
  const ada = await chatter()
  await sql(
    `insert into todo (user_id, id, title, description, created_at)
      select $1, gen_random_uuid(), n::text, repeat('"', 2000), now() - n * interval '1 second' from generate_series(1, 40) n`,
    [ada.context.userId],
  )
  await ada.send('[stub:tool=list_todos {}] [stub:text=There.]')
  const { todos, hasMore } = JSON.parse(results()?.at(-1) ?? '{}')
  expect(todos.map(({ title }: { title: string }) => title)).toEqual(
    Array.from({ length: 15 }, (_, index) => `${index + 1}`),
  )
  expect(hasMore).toBe(true)
})

describe('idempotency of tool calls', () => {
  test('runs a call once when the same provider id is sent again', async () => {
    const ada = await chatter()
    await ada.send(
      '[stub:tool=create_todo {"title":"Milk"}] [stub:then] [stub:tool=create_todo {"title":"Milk"}] [stub:same-id] [stub:text=Done.]',
    )
    expect(await titles(ada)).toEqual(['Milk'])
    expect(new Set(results()).size).toBe(1)
  })

  test('runs two calls with equal arguments and different ids', async () => {
    const ada = await chatter()
    await ada.send('[stub:tool=create_todo {"title":"Milk"}] [stub:times=2] [stub:text=Done.]')
    expect(await titles(ada)).toEqual(['Milk', 'Milk'])
  })

  test('runs different calls even if the provider reuses their ids in every step', async () => {
    const ada = await chatter()
    const sent = await ada.send(
      '[stub:tool=create_todo {"title":"Milk"}] [stub:then] [stub:tool=create_todo {"title":"Bread"}] [stub:then] [stub:tool=list_todos {}] [stub:same-id] [stub:text=Done.]',
    )
    expect(await titles(ada)).toEqual(['Milk', 'Bread'])
    const { parts } = await stored(ada, sent.messageId)
    const ids = parts.flatMap((part) => ('toolCallId' in part ? [part.toolCallId] : []))
    expect(new Set(ids).size).toBe(3)
  })

  test.each(['regenerate-message', 'continue-message'] as const)(
    'does not repeat a write on %s if the process died before the next checkpoint',
    async (trigger) => {
      const ada = await chatter()
      const sent = await ada.send('[stub:tool=create_todo {"title":"Milk"}] [stub:text=Done.]')
      await sql(`update message set status = 'interrupted', parts = '[]' where id = $1`, [sent.messageId])
      const again = await ada.again(trigger, sent.messageId)
      expect(again).toMatchObject({ error: null, text: 'Done.' })
      expect(await titles(ada)).toEqual(['Milk'])
    },
  )

  test('repeats a call without a stored result under the same idempotency key on continue', async () => {
    const ada = await chatter()
    const sent = await ada.send('[stub:tool=create_todo {"title":"Milk"}] [stub:text=Done.]')
    await sql(
      `update message set status = 'interrupted', parts = jsonb_build_array((parts -> 0) - 'output' || '{"state":"input-available"}') where id = $1`,
      [sent.messageId],
    )
    const again = await ada.again('continue-message', sent.messageId)
    expect(await titles(ada)).toEqual(['Milk'])
    const { parts } = await stored(ada, again.messageId)
    expect(parts.map((part) => ('state' in part ? part.state : part.type))).toEqual([
      'output-available',
      'step-start',
      'done',
    ])
    expect(roles()).toEqual(['system', 'user', 'assistant', 'tool'])
  })

  test('continues a text after a tool call mid-sentence', async () => {
    const ada = await chatter()
    const sent = await ada.send('[stub:tool=create_todo {"title":"Milk"}] [stub:text=It is on your]')
    await sql(`update message set status = 'interrupted' where id = $1`, [sent.messageId])
    stub.script([{ text: ' list.' }])
    const again = await ada.again('continue-message', sent.messageId)
    expect(again.text).toBe('It is on your list.')
    expect(roles()).toEqual(['system', 'user', 'assistant', 'tool', 'assistant', 'user'])
    const { parts } = await stored(ada, again.messageId)
    expect(parts.map(({ type }) => type)).toEqual(['tool-create_todo', 'step-start', 'text'])
    expect(await titles(ada)).toEqual(['Milk'])
  })
})

test('keeps the completed calls and the usage of a step that fails', async () => {
  const ada = await chatter()
  stub.script([
    { match: 'Milk', times: 1 },
    { match: 'Milk', cut: 2, tokens: 5 },
  ])
  const sent = await ada.send('[stub:tool=create_todo {"title":"Milk"}]')
  expect(sent.error?.code).toBe('provider_cut')
  const { parts, status, usage } = await stored(ada, sent.messageId)
  expect(status).toBe('failed')
  expect(parts.map(({ type }) => type)).toEqual(['tool-create_todo', 'step-start', 'text'])
  expect(usage).not.toBeNull()
})

test('stores no characters of a call that Postgres rejects', async () => {
  const ada = await chatter()
  const sent = await ada.send('[stub:tool=search_conversations {"query":"a\\u0000\\ud800"}] [stub:text=None.]')
  const { parts } = await stored(ada, sent.messageId)
  expect(parts[0]).toMatchObject({ input: { query: 'a\ufffd' } })
})

test('finds earlier conversations of the same user only', async () => {
  const [ada, eve] = [await chatter(), await chatter()]
  await eve.send('Where do zebrafish sleep?')
  await ada.send('Where do zebrafish sleep?')
  await ada.send('[stub:tool=search_conversations {"query":"zebrafish"}] [stub:text=There.]')
  const found = JSON.parse(results()?.at(-1) ?? '{}')
  expect(found).toMatchObject({ hasMore: false, conversations: [{ id: ada.conversationId }] })
})

test('offers no tools to a model that does not support them', async () => {
  const ada = await chatter({ model: 'gemma3:4b' })
  await ada.send('[stub:tool=list_todos {}] [stub:text=Hello.]')
  expect(JSON.parse(stub.log()[0]?.body ?? '{}')).not.toHaveProperty('tools')
  expect(stub.log()).toHaveLength(1)
})

test('manages the todo list with the offline model', async () => {
  const ada = await chatter({ model: 'offline' })
  const sent = await ada.send('Add milk and bread to my list, then tick milk off')
  expect(sent.text).toBe('I put **milk** and **bread** on your list. I ticked **milk** off.')
  expect(await sql('select title, done from todo where user_id = $1 order by title', [ada.context.userId])).toEqual([
    { title: 'bread', done: false },
    { title: 'milk', done: true },
  ])
  expect((await ada.send('What is on my list?')).text).toContain('- [x] milk')
})

test('separates the idempotency keys of different users', async () => {
  const [ada, eve] = [await chatter(), await chatter()]
  const message = {
    id: v7(),
    role: 'user',
    parts: [{ type: 'text', text: '[stub:tool=create_todo {"title":"Milk"}]' }],
  }
  await ada.send('', { message })
  await eve.send('', { message })
  expect(await titles(ada)).toEqual(['Milk'])
  expect(await titles(eve)).toEqual(['Milk'])
})
