/**
 * Tests the OpenAI-compatible routes under `/v1` over plain HTTP. They are tested with OpenAI's own client in
 * `tests/integration/other-programs.test.ts`.
 */
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
const completionBody = (text: string, more: object = {}) => ({
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
const newQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`
const setAnswerCache = (person: Person, answerCache: string) =>
  person.fetch('/api/preferences', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answerCache }),
  })

test('a completion returns the answer with its token usage and stores nothing but the usage', async () => {
  const person = await signUp(goldfish.url)
  const { key: ownKey } = await makeKey(person, ['chat'])
  const response = await post(completionBody('What is a goldfish?', { user: 'x', metadata: {} }), {
    authorization: `Bearer ${ownKey}`,
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

test('the model receives the system prompt, the system messages of the request and the whole history', async () => {
  await answerOf(
    completionBody('', {
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

describe('the answer cache of completions', () => {
  const history = (answer: string) => [
    { role: 'user', content: 'What is iron?' },
    { role: 'assistant', content: answer },
  ]

  test('a repeated question is answered from the cache, also as a stream and on another instance', async () => {
    const question = newQuestion()
    const first = await answerOf(completionBody(question))
    expect(first.cache).toBe('goldfish; fwd=miss')
    const again = await answerOf(completionBody(question))
    expect(again).toEqual({
      text: first.text,
      cache: expect.stringMatching(/^goldfish; hit; detail="exact; age=\d+"$/),
    })
    const reworded = await answerOf(completionBody(`Hi, ${question} Thanks!`))
    expect(reworded.cache).toContain('hit; detail="words')
    const streamed = await post(completionBody(question, { stream: true }))
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
    ['one message fewer', { messages: history('A metal.') }, { messages: history('A metal.').slice(0, 1) }],
    ['another temperature', { temperature: 0 }, { temperature: 1 }],
    ['another token limit', { max_tokens: 500 }, { max_completion_tokens: 501 }],
    ['another stop sequence', { stop: 'a' }, { stop: 'b' }],
    ['another seed', { seed: 1 }, { seed: 2 }],
  ] as [string, Variation, Variation][])('a question with %s is not answered from the cache', async (_, one, other) => {
    const question = newQuestion()
    expect((await answerOf(bodyWith(question, one))).cache).toBe('goldfish; fwd=miss')
    expect((await answerOf(bodyWith(question, other))).cache).toBe('goldfish; fwd=miss')
    expect((await answerOf(bodyWith(question, one))).cache).toContain('hit')
  })
  type Variation = { messages?: object[]; system?: string; [setting: string]: unknown }
  const bodyWith = (question: string, { messages = [], system, ...settings }: Variation) => ({
    model: 'stub-model',
    messages: [
      ...(system ? [{ role: 'system', content: system }] : []),
      ...messages,
      { role: 'user', content: question },
    ],
    ...settings,
  })

  test('a cached completion is served neither to other users nor in chats, even if all of them share answers', async () => {
    const question = 'What is the capital of Portugal?'
    const eve = await signUp(goldfish.url)
    const { key: evesKey } = await makeKey(eve, ['chat'])
    for (const person of [ada, eve]) expect((await setAnswerCache(person, 'shared')).status).toBe(200)
    for (const headers of [{}, {}, { authorization: `Bearer ${evesKey}` }])
      await answerOf(completionBody(question), headers)
    expect(goldfish.stub.log()).toHaveLength(2)
    const newcomer = await signUp(goldfish.url)
    await setAnswerCache(newcomer, 'shared')
    const { cache } = await newcomer.send({ conversationId: v7() }, question)
    expect(cache?.status).toBe('miss')
    await setAnswerCache(ada, 'private')
  })

  test('completions of a user who has turned off the answer cache bypass it', async () => {
    const person = await signUp(goldfish.url)
    const { key: ownKey } = await makeKey(person, ['chat'])
    await setAnswerCache(person, 'off')
    const question = newQuestion()
    for (let time = 0; time < 2; time += 1)
      expect((await answerOf(completionBody(question), { authorization: `Bearer ${ownKey}` })).cache).toBe(
        'goldfish; fwd=bypass',
      )
    expect(goldfish.stub.log()).toHaveLength(2)
  })

  test('a truncated completion is not cached', async () => {
    const question = `[stub:tokens=30] ${newQuestion()}`
    for (let time = 0; time < 2; time += 1) {
      const response = await post(completionBody(question, { max_tokens: 5 }))
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

describe('errors of completions', () => {
  test.each([
    [
      'no model',
      { messages: [{ role: 'user', content: 'x' }] },
      [400, 'invalid_request_error', 'model', 'invalid_request'],
    ],
    [
      'an unknown model',
      completionBody('x', { model: 'gpt-oops' }),
      [404, 'invalid_request_error', 'model', 'model_not_found'],
    ],
    ['two choices', completionBody('x', { n: 2 }), [400, 'invalid_request_error', 'n', 'invalid_request']],
    [
      'tools',
      completionBody('x', { tools: [{ type: 'function' }] }),
      [400, 'invalid_request_error', 'tools', 'invalid_request'],
    ],
    [
      'an image',
      completionBody('', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }),
      [400, 'invalid_request_error', 'messages.0.content', 'invalid_request'],
    ],
    ['truncated JSON', '{"model":', [400, 'invalid_request_error', null, 'invalid_request']],
    [
      'more text than the context window of the model',
      completionBody('word '.repeat(150_000)),
      [400, 'invalid_request_error', null, 'context_length_exceeded'],
    ],
    [
      'a body that is too large',
      completionBody('x'.repeat(1_100_000)),
      [413, 'invalid_request_error', null, 'body_too_large'],
    ],
  ] as const)('rejects a completion with %s in the error format of OpenAI', async (_, body, expected) => {
    expect(await problemOf(await post(body))).toEqual(expected)
    expect(goldfish.stub.log()).toEqual([])
  })

  test('a wrong content type, method or path returns an error in the format of OpenAI', async () => {
    expect(await problemOf(await post(completionBody('x'), { 'content-type': 'text/plain' }))).toEqual([
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

  test('rejects completions without credentials, with a cookie, and with a key without the `chat` scope', async () => {
    const { key: narrow } = await makeKey(ada, ['todos:read', 'todos:write', 'mcp'])
    const unauthenticated = [401, 'authentication_error', null, 'invalid_api_key']
    expect(await problemOf(await post(completionBody('x'), { authorization: '' }))).toEqual(unauthenticated)
    expect(await problemOf(await post(completionBody('x'), { authorization: 'Bearer gf_wrong' }))).toEqual(
      unauthenticated,
    )
    // Cookies are ignored, because these routes are for programs and must not be callable by pages of other sites.
    expect(
      await problemOf(await post(completionBody('x'), { authorization: '', cookie: ada.cookie, origin: goldfish.url })),
    ).toEqual(unauthenticated)
    expect(await problemOf(await post(completionBody('x'), { authorization: `Bearer ${narrow}` }))).toEqual([
      403,
      'permission_error',
      null,
      'insufficient_scope',
    ])
    expect((await post(completionBody('x'), { authorization: `Bearer ${ada.bearer}` })).status).toBe(200)
    expect((await post(completionBody('x'), { authorization: '', 'x-api-key': key })).status).toBe(200)
  })

  test.each([
    ['429', 502, 'provider_rate_limited'],
    ['500', 502, 'provider_error'],
    ['empty', 502, 'provider_error'],
  ])('a completion fails with an OpenAI error if the model responds with %s', async (directive, status, code) => {
    for (const stream of [false, true]) {
      const response = await post(completionBody(`[stub:${directive}] ${newQuestion()}`, { stream }))
      expect(await problemOf(response)).toEqual([status, 'server_error', null, code])
    }
  })

  test('a stream whose model fails midway ends with an error event and without [DONE]', async () => {
    const question = `[stub:tokens=20] [stub:cut=5] ${newQuestion()}`
    const text = await (await post(completionBody(question, { stream: true }))).text()
    const events = text.trim().split('\n\n')
    expect(JSON.parse(events.at(-1)?.slice('data: '.length) ?? '')).toMatchObject({
      error: { type: 'server_error', code: 'provider_cut' },
    })
    expect(text).not.toContain('[DONE]')
    expect(text).not.toContain('finish_reason":"stop')
    expect(await problemOf(await post(completionBody(question)))).toEqual([502, 'server_error', null, 'provider_cut'])
  })
})

test('completions and chat turns share one rate limit', async () => {
  // The window must not end during the test.
  const limited = await startGoldfish({ instances: 1, env: { RATE_LIMITS: '{"chat":"3/400000000"}' } })
  try {
    const person = await signUp(limited.url)
    const { key: ownKey } = await makeKey(person, ['chat'])
    const send = () =>
      fetch(`${limited.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ownKey}` },
        body: JSON.stringify(completionBody('What is a goldfish?')),
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

test.each([true, false])(
  'a client that disconnects stops the model call, and its usage is recorded as stopped (stream: %s)',
  async (stream) => {
    const person = await signUp(goldfish.url)
    const { key: ownKey } = await makeKey(person, ['chat'])
    const disconnect = new AbortController()
    const question = `[stub:tokens=400] [stub:gap=50] ${newQuestion()}`
    const reading = post(
      completionBody(question, { stream }),
      { authorization: `Bearer ${ownKey}` },
      { signal: disconnect.signal },
    )
    const result = reading.then((response) => response.text()).catch(() => 'disconnected')
    await expect.poll(() => goldfish.stub.log()[0]?.tokensSent ?? 0, longTimeout).toBeGreaterThan(3)
    disconnect.abort()
    expect(await result).toBe('disconnected')
    const outcomes = () =>
      goldfish.sql(`select outcome from usage join "user" u on u.id = user_id where email = $1`, [person.email])
    await expect.poll(outcomes, longTimeout).toEqual([{ outcome: 'stopped' }])
    expect(goldfish.stub.log()[0]?.tokensSent).toBeLessThan(400)
  },
)

test('revoking a key cuts off the completion stream that it reads', async () => {
  const { key: ownKey, id } = await makeKey(ada, ['chat'])
  const response = await post(completionBody(`[stub:tokens=400] [stub:gap=50] ${newQuestion()}`, { stream: true }), {
    authorization: `Bearer ${ownKey}`,
  })
  expect((await ada.fetch(`/api/keys/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await response.text()).not.toContain('[DONE]')
})

test('GET /v1/models lists the models that can be called', async () => {
  const response = await fetch(`${goldfish.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(await response.json()).toEqual({
    object: 'list',
    data: [{ id: 'stub-model', object: 'model', created: 0, owned_by: 'openai' }],
  })
})
