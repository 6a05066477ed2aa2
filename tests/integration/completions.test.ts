/** `/v1`: OpenAI's shapes over plain HTTP. With OpenAI's own client: `other-programs.test.ts`. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { makeKey } from './key-client'

let goldfish: Goldfish
let ada: Person
let key: string
beforeAll(async () => {
  goldfish = await startGoldfish({
    instances: 2,
    env: { RATE_LIMITS: '{"chat":"1000/60","sign-up":"100/60"}', ANSWER_CACHE_SHARE_AFTER: '1' },
  })
  ada = await signUp(goldfish.url)
  key = (await makeKey(ada, ['chat'])).key
})
afterAll(() => goldfish?.stop())
beforeEach(() => goldfish.stub.reset())

const longTimeout = { timeout: 20_000 }
const ask = (text: string, more: object = {}) => ({
  model: 'stub-model',
  messages: [{ role: 'user', content: text }],
  ...more,
})
const post = (body: unknown, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${goldfish.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
const answerOf = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await post(body, headers)
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return { cache: response.headers.get('cache-status'), text: JSON.parse(text).choices[0].message.content as string }
}
const aQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`
const prefer = (person: Person, answerCache: string) =>
  person.fetch('/api/preferences', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answerCache }),
  })

test('a whole answer, with what it took, and nothing kept of it but that', async () => {
  const person = await signUp(goldfish.url)
  const { key: theirs } = await makeKey(person, ['chat'])
  const response = await post(ask('What is a goldfish?', { user: 'x', metadata: {} }), {
    authorization: `Bearer ${theirs}`,
    'x-request-id': 'mine-1',
  })
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'cache-control': 'private, no-store',
    'cache-status': 'goldfish; fwd=miss',
    'x-request-id': 'mine-1',
    'ratelimit-policy': '"chat";q=1000;w=60, "chat-day";q=300;w=86400',
  })
  const body = await response.json()
  expect(body).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-[0-9a-f]{32}$/),
    object: 'chat.completion',
    model: 'stub-model',
    choices: [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: expect.stringMatching(/\w/) } },
    ],
  })
  const { prompt_tokens, completion_tokens, total_tokens } = body.usage
  expect(total_tokens).toBe(prompt_tokens + completion_tokens)
  expect(Math.abs(body.created - Date.now() / 1000)).toBeLessThan(3600)
  const [usage] = await goldfish.sql(
    `select purpose, outcome, model, output_tokens::int as output from usage join "user" u on u.id = user_id where email = $1`,
    [person.email],
  )
  expect(usage).toEqual({ purpose: 'answer', outcome: 'complete', model: 'stub-model', output: completion_tokens })
  expect((await (await person.fetch('/api/conversations')).json()).items).toEqual([])
  expect(
    await goldfish.sql('select 1 from message where user_id = (select id from "user" where email = $1)', [
      person.email,
    ]),
  ).toEqual([])
})

test('the model reads the operator’s prompt, the program’s, and all that was said', async () => {
  await answerOf(
    ask('', {
      messages: [
        { role: 'system', content: 'Speak of fish only.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One' },
            { type: 'text', text: 'Two' },
          ],
        },
        { role: 'assistant', content: 'Three', refusal: null },
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: 'Four' },
      ],
      temperature: 0.3,
      top_p: 0.9,
      stop: ['END'],
      max_tokens: 50,
    }),
  )
  const [call] = goldfish.stub.log()
  const { messages, ...body } = JSON.parse(call?.body ?? '')
  expect(messages[0]?.role).toBe('system')
  expect(messages[0]?.content).toMatch(/Goldfish[\s\S]*Speak of fish only\.\n\nBe kind\.$/)
  expect(messages.slice(1)).toEqual([
    { role: 'user', content: 'One\n\nTwo' },
    { role: 'assistant', content: 'Three' },
    { role: 'user', content: 'Four' },
  ])
  expect(body).toMatchObject({ temperature: 0.3, top_p: 0.9, stop: ['END'], max_tokens: 50 })
})

describe('the answer cache', () => {
  const history = (answer: string) => [
    { role: 'user', content: 'What is iron?' },
    { role: 'assistant', content: answer },
  ]

  test('answers the same again, streamed too, from any instance', async () => {
    const question = aQuestion()
    const first = await answerOf(ask(question))
    expect(first.cache).toBe('goldfish; fwd=miss')
    const again = await answerOf(ask(question))
    expect(again).toEqual({
      text: first.text,
      cache: expect.stringMatching(/^goldfish; hit; detail="exact; age=\d+"$/),
    })
    const words = await answerOf(ask(`Hi, ${question} Thanks!`))
    expect(words.cache).toContain('hit; detail="words')
    const streamed = await post(ask(question, { stream: true }))
    expect(streamed.headers.get('cache-status')).toContain('hit')
    expect(await streamed.text()).toContain(JSON.stringify(first.text).slice(1, 40))
    expect(goldfish.stub.log()).toHaveLength(1)
    const rows = await goldfish.sql(`select cache_layer as layer from usage where cache_layer is not null`)
    expect(rows.map(({ layer }) => layer).sort()).toEqual(['exact', 'exact', 'words'])
  })

  test.each([
    ['another history', { messages: history('A metal.') }, { messages: history('An element.') }],
    ['a system message', {}, { system: 'Be brief.' }],
    ['another system message', { system: 'Be brief.' }, { system: 'Be kind.' }],
    ['one message less', { messages: history('A metal.') }, { messages: history('A metal.').slice(0, 1) }],
    ['another temperature', { temperature: 0 }, { temperature: 1 }],
    ['another limit', { max_tokens: 500 }, { max_completion_tokens: 501 }],
    ['another end', { stop: 'a' }, { stop: 'b' }],
    ['another seed', { seed: 1 }, { seed: 2 }],
  ] as [string, Asked, Asked][])('%s is another question', async (_, one, other) => {
    const question = aQuestion()
    expect((await answerOf(asked(question, one))).cache).toBe('goldfish; fwd=miss')
    expect((await answerOf(asked(question, other))).cache).toBe('goldfish; fwd=miss')
    expect((await answerOf(asked(question, one))).cache).toContain('hit')
  })
  type Asked = { messages?: object[]; system?: string; [setting: string]: unknown }
  const asked = (question: string, { messages = [], system, ...settings }: Asked) => ({
    model: 'stub-model',
    messages: [
      ...(system ? [{ role: 'system', content: system }] : []),
      ...messages,
      { role: 'user', content: question },
    ],
    ...settings,
  })

  test('is nobody else’s, also where both share, and not the chat’s', async () => {
    const question = 'What is the capital of Portugal?'
    const eve = await signUp(goldfish.url)
    const { key: eves } = await makeKey(eve, ['chat'])
    for (const person of [ada, eve]) expect((await prefer(person, 'shared')).status).toBe(200)
    for (const headers of [{}, {}, { authorization: `Bearer ${eves}` }]) await answerOf(ask(question), headers)
    expect(goldfish.stub.log()).toHaveLength(2)
    const third = await signUp(goldfish.url)
    await prefer(third, 'shared')
    const { cache } = await third.send({ conversationId: v7() }, question)
    expect(cache?.status).toBe('miss')
    await prefer(ada, 'private')
  })

  test('is not asked by who has it off', async () => {
    const person = await signUp(goldfish.url)
    const { key: theirs } = await makeKey(person, ['chat'])
    await prefer(person, 'off')
    const question = aQuestion()
    for (let time = 0; time < 2; time += 1)
      expect((await answerOf(ask(question), { authorization: `Bearer ${theirs}` })).cache).toBe('goldfish; fwd=bypass')
    expect(goldfish.stub.log()).toHaveLength(2)
  })

  test('does not keep what is not whole', async () => {
    const question = `[stub:tokens=30] ${aQuestion()}`
    for (let time = 0; time < 2; time += 1) {
      const response = await post(ask(question, { max_tokens: 5 }))
      expect(response.headers.get('cache-status')).toBe('goldfish; fwd=miss')
      expect((await response.json()).choices[0].finish_reason).toBe('length')
    }
  })
})

const problemOf = async (response: Response) => {
  const { error } = await response.json()
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-request-id')).toMatch(/\w/)
  expect(error.message).toMatch(/\w/)
  return [response.status, error.type, error.param, error.code]
}

describe('errors are OpenAI’s', () => {
  test.each([
    [
      'no model',
      { messages: [{ role: 'user', content: 'x' }] },
      [400, 'invalid_request_error', 'model', 'invalid_request'],
    ],
    ['an unknown model', ask('x', { model: 'gpt-oops' }), [404, 'invalid_request_error', 'model', 'model_not_found']],
    ['two choices', ask('x', { n: 2 }), [400, 'invalid_request_error', 'n', 'invalid_request']],
    ['tools', ask('x', { tools: [{ type: 'function' }] }), [400, 'invalid_request_error', 'tools', 'invalid_request']],
    [
      'an image',
      ask('', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }),
      [400, 'invalid_request_error', 'messages.0.content', 'invalid_request'],
    ],
    ['half a JSON', '{"model":', [400, 'invalid_request_error', null, 'invalid_request']],
    [
      'too much for the model',
      ask('word '.repeat(150_000)),
      [400, 'invalid_request_error', null, 'context_length_exceeded'],
    ],
    ['too much for anybody', ask('x'.repeat(1_100_000)), [413, 'invalid_request_error', null, 'body_too_large']],
  ] as const)('%s', async (_, body, expected) => {
    expect(await problemOf(await post(body))).toEqual(expected)
    expect(goldfish.stub.log()).toEqual([])
  })

  test('another type of body, method and path', async () => {
    expect(await problemOf(await post(ask('x'), { 'content-type': 'text/plain' }))).toEqual([
      415,
      'invalid_request_error',
      null,
      'unsupported_media_type',
    ])
    const get = (path: string, init: RequestInit = {}) => fetch(`${goldfish.url}${path}`, init)
    const got = await get('/v1/chat/completions')
    expect(got.headers.get('allow')).toBe('POST')
    expect(await problemOf(got)).toEqual([405, 'invalid_request_error', null, 'method_not_allowed'])
    expect(await problemOf(await get('/v1/embeddings', { method: 'POST' }))).toEqual([
      404,
      'invalid_request_error',
      null,
      'not_found',
    ])
  })

  test('who is nobody, or may not', async () => {
    const { key: narrow } = await makeKey(ada, ['todos:read', 'todos:write', 'mcp'])
    const nobody = [401, 'authentication_error', null, 'invalid_api_key']
    expect(await problemOf(await post(ask('x'), { authorization: '' }))).toEqual(nobody)
    expect(await problemOf(await post(ask('x'), { authorization: 'Bearer gf_wrong' }))).toEqual(nobody)
    // A cookie is a browser's, and no browser belongs here.
    expect(
      await problemOf(await post(ask('x'), { authorization: '', cookie: ada.cookie, origin: goldfish.url })),
    ).toEqual(nobody)
    expect(await problemOf(await post(ask('x'), { authorization: `Bearer ${narrow}` }))).toEqual([
      403,
      'permission_error',
      null,
      'insufficient_scope',
    ])
    expect((await post(ask('x'), { authorization: `Bearer ${ada.bearer}` })).status).toBe(200)
    expect((await post(ask('x'), { authorization: '', 'x-api-key': key })).status).toBe(200)
  })

  test.each([
    ['429', 502, 'provider_rate_limited'],
    ['500', 502, 'provider_error'],
    ['empty', 502, 'provider_error'],
  ])('a model that answers %s', async (directive, status, code) => {
    for (const stream of [false, true]) {
      const response = await post(ask(`[stub:${directive}] ${aQuestion()}`, { stream }))
      expect(await problemOf(response)).toEqual([status, 'server_error', null, code])
    }
  })

  test('a model that fails in the middle: the stream says so and has no end', async () => {
    const question = `[stub:tokens=20] [stub:cut=5] ${aQuestion()}`
    const text = await (await post(ask(question, { stream: true }))).text()
    const events = text.trim().split('\n\n')
    expect(JSON.parse(events.at(-1)?.slice('data: '.length) ?? '')).toMatchObject({
      error: { type: 'server_error', code: 'provider_cut' },
    })
    expect(text).not.toContain('[DONE]')
    expect(text).not.toContain('finish_reason":"stop')
    expect(await problemOf(await post(ask(question)))).toEqual([502, 'server_error', null, 'provider_cut'])
  })
})

test('the limits are those of the chat, for both together', async () => {
  // So long that no request meets a window's end.
  const limited = await startGoldfish({ instances: 1, env: { RATE_LIMITS: '{"chat":"3/400000000"}' } })
  try {
    const person = await signUp(limited.url)
    const { key: theirs } = await makeKey(person, ['chat'])
    const send = () =>
      fetch(`${limited.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${theirs}` },
        body: JSON.stringify(ask('What is a goldfish?')),
      })
    expect((await person.send({ conversationId: v7() }, 'One?')).status).toBe(200)
    for (let time = 0; time < 2; time += 1) expect((await send()).status).toBe(200)
    const refused = await send()
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('ratelimit')).toContain('"chat";r=0')
    expect(await problemOf(refused)).toEqual([429, 'rate_limit_error', null, 'rate_limit_exceeded'])
  } finally {
    await limited.stop()
  }
})

describe.each([true, false])('a reader who leaves (stream: %s)', (stream) => {
  test('ends the call of the model, and that is noted', async () => {
    const person = await signUp(goldfish.url)
    const { key: theirs } = await makeKey(person, ['chat'])
    const leave = new AbortController()
    const question = `[stub:tokens=400] [stub:gap=50] ${aQuestion()}`
    const reading = post(ask(question, { stream }), { authorization: `Bearer ${theirs}` }, { signal: leave.signal })
    const left = reading.then((response) => response.text()).catch(() => 'left')
    await expect.poll(() => goldfish.stub.log()[0]?.tokensSent ?? 0, longTimeout).toBeGreaterThan(3)
    leave.abort()
    expect(await left).toBe('left')
    const outcomes = () =>
      goldfish.sql(`select outcome from usage join "user" u on u.id = user_id where email = $1`, [person.email])
    await expect.poll(outcomes, longTimeout).toEqual([{ outcome: 'stopped' }])
    expect(goldfish.stub.log()[0]?.tokensSent).toBeLessThan(400)
  })
})

test('a revoked key ends what it reads', async () => {
  const { key: theirs, id } = await makeKey(ada, ['chat'])
  const response = await post(ask(`[stub:tokens=400] [stub:gap=50] ${aQuestion()}`, { stream: true }), {
    authorization: `Bearer ${theirs}`,
  })
  expect((await ada.fetch(`/api/keys/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await response.text()).not.toContain('[DONE]')
})

test('the models are those that can be called', async () => {
  const response = await fetch(`${goldfish.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(await response.json()).toEqual({
    object: 'list',
    data: [{ id: 'stub-model', object: 'model', created: 0, owned_by: 'openai' }],
  })
})
