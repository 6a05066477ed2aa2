import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startModelStub } from './model-stub.mjs'

let stub: Awaited<ReturnType<typeof startModelStub>>
beforeAll(async () => {
  stub = await startModelStub({ prefixCache: true })
})
beforeEach(() => stub.reset())
afterAll(() => stub.stop())

const post = (path: string, body: unknown) =>
  fetch(stub.url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
const chat = (content: string, more: object = {}) =>
  post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content }], ...more })
const answer = async (content: string, more: object = {}): Promise<string> =>
  (await (await chat(content, more)).json()).choices[0].message.content

/** Returns the parsed events of a streamed answer. */
async function stream(content: string, more: object = {}) {
  const text = await (await chat(content, { stream: true, ...more })).text()
  const events = text.split('\n\n').filter(Boolean)
  expect(events.at(-1)).toBe('data: [DONE]')
  return events.slice(0, -1).map((event) => JSON.parse(event.replace(/^data: /, '')))
}

describe('tool calls', () => {
  const tools = [{ type: 'function', function: { name: 'create_todo' } }]
  const calls = async (messages: object[], more: object = { tools }) =>
    (await (await chat('', { messages, ...more })).json()).choices[0]

  test('makes tool calls in steps and inserts an id from the results of the previous step', async () => {
    const question = {
      role: 'user',
      content: '[stub:tool=a {"x":1}] [stub:tool=b] [stub:then] [stub:tool=c {"id":"$id"}] [stub:text=Done.]',
    }
    const first = await calls([question])
    expect(first.finish_reason).toBe('tool_calls')
    expect(first.message.tool_calls.map((call: { function: object }) => call.function)).toEqual([
      { name: 'a', arguments: '{"x":1}' },
      { name: 'b', arguments: '{}' },
    ])
    const id = '01234567-89ab-4def-8123-456789abcdef'
    const result = { role: 'tool', tool_call_id: 'call_1_0', content: JSON.stringify({ todo: { id } }) }
    const second = await calls([question, first.message, result])
    expect(second.message.tool_calls[0].function).toEqual({ name: 'c', arguments: `{"id":"${id}"}` })
    const third = await calls([question, first.message, result, second.message, { ...result, content: '{}' }])
    expect(third).toMatchObject({ finish_reason: 'stop', message: { content: 'Done.' } })
  })

  test('makes no tool calls if the request offers no tools or forbids calls', async () => {
    const question = { role: 'user', content: '[stub:tool=a] [stub:again] [stub:text=No.]' }
    expect((await calls([question], {})).message.content).toBe('No.')
    expect((await calls([question], { tools, tool_choice: 'none' })).message.content).toBe('No.')
  })

  test('streams tool calls in the format of OpenAI', async () => {
    const title = 'x'.repeat(100)
    const events = await stream(`[stub:say=Well.] [stub:tool=create_todo {"title":"${title}"}]`, { tools })
    const deltas = events.map((event) => event.choices[0].delta)
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe('Well.')
    const pieces = deltas.flatMap((delta) => delta.tool_calls ?? [])
    expect(pieces[0]).toEqual({
      index: 0,
      id: 'call_1_0',
      type: 'function',
      function: { name: 'create_todo', arguments: '' },
    })
    expect(pieces.map((piece) => piece.function.arguments).join('')).toBe(`{"title":"${title}"}`)
    expect(events.at(-1).choices[0].finish_reason).toBe('tool_calls')
  })
})

describe('answers', () => {
  test('generates twenty words that depend on the question and the number of messages', async () => {
    const first = await answer('Hello')
    expect(first.split(' ')).toHaveLength(20)
    expect(await answer('Hello')).toBe(first)
    expect(await answer('Hello!')).not.toBe(first)
    const longer = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Hello' },
    ]
    expect(await answer('', { messages: longer })).not.toBe(first)
  })

  test('sends the same answer with and without a stream, and the usage if requested', async () => {
    const events = await stream('Hello', { stream_options: { include_usage: true } })
    expect(events.map((event) => event.choices[0]?.delta.content ?? '').join('')).toBe(await answer('Hello'))
    expect(events.at(-2)?.choices[0].finish_reason).toBe('stop')
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 20 } })
    expect(JSON.stringify(await stream('Hello'))).not.toContain('usage')
  })

  test('ends an answer at max_tokens', async () => {
    const events = await stream('[stub:tokens=50]', { max_tokens: 10 })
    expect(events.at(-1)?.choices[0].finish_reason).toBe('length')
    expect(stub.log()[0]?.tokensSent).toBe(10)
  })

  test('sends the text of a directive or of a scripted rule', async () => {
    expect(await answer('[stub:text=Two  words, "quoted"]')).toBe('Two  words, "quoted"')
    stub.script([{ text: 'Once.' }])
    expect([await answer('[stub:text=Twice.]'), await answer('[stub:text=Twice.]')]).toEqual(['Once.', 'Twice.'])
  })

  test('echoes the number of the call and the question, so that no two answers are the same', async () => {
    const [first, second] = [await answer('[stub:echo] Who?'), await answer('[stub:echo] Who?')]
    expect(first).toMatch(/^Answer \d+ to: \[stub:echo\] Who\?$/)
    expect(second).not.toBe(first)
  })

  test('streams reasoning before the answer', async () => {
    const events = await stream('[stub:reasoning] [stub:tokens=1]')
    expect(events.map((event) => event.choices[0].delta.reasoning_content ?? '').join('')).toBe(
      'Let me think about that.',
    )
  })
})

describe('the log', () => {
  test('logs every call with its unchanged body', async () => {
    const body = '{ "messages": [{"role":"user","content":"é"}],  "model":"x" }'
    await post('/v1/chat/completions', body)
    const [call] = stub.log()
    expect(call).toMatchObject({
      id: 1,
      model: 'x',
      stream: false,
      body,
      status: 200,
      tokensSent: 20,
      clientAborted: false,
    })
    expect(call?.messages).toEqual([{ role: 'user', content: 'é' }])
    expect(await (await fetch(`${stub.url}/__log`)).json()).toEqual({ total: 1, calls: stub.log() })
    await post('/__reset', '')
    expect(stub.log()).toEqual([])
  })

  test('logs whether the client or the stub closed the connection', async () => {
    const gone = new AbortController()
    const response = await fetch(`${stub.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: '[stub:stall=3]' }] }),
      signal: gone.signal,
    })
    await response.body?.getReader().read()
    expect(stub.log()[0]).toMatchObject({ endedAt: null })
    gone.abort()
    await expect.poll(() => stub.log()[0]).toMatchObject({ clientAborted: true, endedAt: expect.any(Number) })
    await expect((await chat('[stub:cut=3]', { stream: true })).text()).rejects.toThrow()
    await expect.poll(() => stub.log()[1]).toMatchObject({ clientAborted: false, tokensSent: 3 })
  })
})

describe('the script', () => {
  test('applies rules that are sent over HTTP to one call, to several, or to those that match', async () => {
    await post('/__script', [
      { status: 500 },
      { match: 'cat', text: 'Miaow.' },
      { times: 2, status: 429, retryAfterSeconds: 3 },
    ])
    const statuses = []
    for (const content of ['a', 'b', 'c', 'd']) statuses.push((await chat(content)).status)
    expect(statuses).toEqual([500, 429, 429, 200])
    expect([await answer('a cat'), await answer('my cat')]).toEqual(['Miaow.', 'Miaow.'])
  })

  test.each([
    '',
    'x',
    '5',
    '[null]',
    '{"statuss":1}',
    '{"status":200}',
    '{"tokens":1e9}',
    '{"times":0}',
    '{"match":1}',
  ])('rejects the invalid script %j', async (body) => {
    expect((await post('/__script', body)).status).toBe(400)
  })
})

test('reports the leading whole blocks of a known prompt as cached', async () => {
  const usage = async (messages: object[]) => {
    const response = await post('/v1/chat/completions', { model: 'm', messages })
    return (await response.json()).usage.prompt_tokens_details.cached_tokens
  }
  const system = { role: 'system', content: 'x'.repeat(1000) }
  const question = { role: 'user', content: 'y'.repeat(1000) }
  expect(await usage([system, question])).toBe(0)
  // The system message of 1030 characters fills four blocks of 256. With the question, eight blocks are filled.
  expect(await usage([system, { role: 'user', content: 'other' }])).toBe(4 * 64)
  expect(await usage([system, question, { role: 'assistant', content: 'z' }])).toBe(8 * 64)
  expect(await usage([{ ...system, content: `!${system.content}` }, question])).toBe(0)
})

describe('embeddings', () => {
  const embed = (input: unknown, more: object = {}) => post('/v1/embeddings', { model: 'e', input, ...more })
  const vectors = async (input: unknown, more: object = {}): Promise<number[][]> =>
    (await (await embed(input, more)).json()).data.map(({ embedding }: { embedding: number[] }) => embedding)
  const dot = (a: number[] = [], b: number[] = []) => a.reduce((sum, value, index) => sum + value * Number(b[index]), 0)

  test('returns equal vectors for the same words, similar ones for similar texts and distant ones for others', async () => {
    const [one, two, three, four] = await vectors([
      'How do I reset my password?',
      'how do i reset MY password',
      'How do I reset my e-mail?',
      'Goldfish like cold water',
    ])
    expect(one).toHaveLength(64)
    expect(dot(one, one)).toBeCloseTo(1)
    expect(dot(one, two)).toBeCloseTo(1)
    expect(dot(one, three)).toBeGreaterThan(0.6)
    expect(dot(one, three)).toBeLessThan(0.98)
    expect(Math.abs(dot(one, four))).toBeLessThan(0.5)
    expect((await vectors('one text', { dimensions: 100 }))[0]).toHaveLength(100)
  })

  test('fails requests for embeddings on command, and logs them apart from answers', async () => {
    expect((await embed('[stub:500]')).status).toBe(500)
    stub.script([{ match: 'cat', zero: true }])
    expect(new Set((await vectors('a cat'))[0])).toEqual(new Set([0]))
    expect((await vectors('[stub:short]'))[0]).toHaveLength(63)
    expect(await (await embed('[stub:nan]')).text()).toContain('[NaN,NaN]')
    expect(stub.embeddingLog()).toHaveLength(4)
    expect(stub.embeddingLog()[0]).toMatchObject({ model: 'e', status: 500, messages: [] })
    expect(stub.log()).toEqual([])
    stub.reset()
    expect(stub.embeddingLog()).toEqual([])
  })

  test.each(['', 'null', '{}', '{"input":5}', '{"input":[]}', '{"input":["a",1]}', '{"input":"a","dimensions":1}'])(
    'rejects the embedding request %j',
    async (body) => {
      expect((await post('/v1/embeddings', body)).status).toBe(400)
    },
  )
})

describe('invalid requests', () => {
  test.each(['', '[', '[[', 'null', '5', '{}', '{"messages":5}', '['.repeat(100_000)])(
    'rejects the chat request %.20s',
    async (body) => {
      expect((await post('/v1/chat/completions', body)).status).toBe(400)
    },
  )

  test.each([
    [[null]],
    [[5, 'x', []]],
    [[{ role: 'user' }]],
    [[{ role: 'user', content: [null, 5, { text: 5 }] }]],
    [[]],
  ])('answers the invalid messages %j', async (messages) => {
    expect((await post('/v1/chat/completions', { messages })).status).toBe(200)
  })

  test.each([
    '[stub:',
    '[stub:]',
    '[stub:429',
    '[stub:constructor]',
    '[stub:__proto__=1]',
    '[stub:tokens=-1]',
    '[stub:tokens=1e9]',
    '[stub:200]',
  ])('ignores the invalid directive %s', async (content) => {
    expect((await answer(content)).split(' ')).toHaveLength(20)
  })

  test.each([
    'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
    'nonsense\r\n\r\n',
    'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{',
  ])('survives the HTTP request %j', async (text) => {
    const socket = connect(stub.port, '127.0.0.1')
    socket.end(text)
    socket.resume()
    await once(socket, 'close')
    expect((await fetch(`${stub.url}/v1/models`)).status).toBe(200)
  })
})
