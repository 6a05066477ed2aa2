/**
 * Tests models that write their reasoning into the text or send malformed streams, on two instances and in all features
 * that show or reuse an answer.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { C, DONE, STOP, stream } from '@/tests/model-stub/odd-streams'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, signUp, userMessage } from './chat-client'
import { makeKey } from './key-client'
import { callTool } from './mcp-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  const RATE_LIMITS = '{"chat":"1000/60","chat-day":"1000/86400","sign-up":"100/60"}'
  goldfish = await startGoldfish({ instances: 2, env: { RATE_LIMITS } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
  await goldfish.redis.del('gf:1:reasoning:{stub-model}')
})

const newQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`
const onInstance = (index: number) => personAt(goldfish.instances[index]?.url ?? '', ada, goldfish.url)
const readText = async (path: string, person = ada) => (await person.fetch(path)).text()
const shown = (parts: readonly { type: string }[]) =>
  parts.flatMap((part) => (part.type === 'text' || part.type === 'reasoning' ? [part] : []))
const stored = async (conversationId: string) => shown((await ada.messages(conversationId)).at(0)?.parts ?? [])
const secret = 'zweckgedanke'
const planAndHello = [
  expect.objectContaining({ type: 'reasoning', text: `I plan: ${secret}.` }),
  expect.objectContaining({ type: 'text', text: 'Hello, sailor!' }),
]

/** Model servers send the same reasoning and the same answer in each of these forms. */
const forms: [string, string][] = [
  ['in tags', stream(C('<thi'), C(`nk>\nI plan: ${secret}.\n</`), C('think>\n\nHello, '), C('sailor!'), STOP, DONE)],
  ['before a closing tag alone', stream(C('I plan: '), C(`${secret}.\n</think>`), C('\n\nHello, sailor!'), STOP, DONE)],
  [
    'in channels',
    stream(
      C(`<|channel|>analysis<|message|>I plan: ${secret}.<|end|>`),
      C('<|start|>assistant<|channel|>final<|message|>Hello, sailor!<|return|>'),
      STOP,
      DONE,
    ),
  ],
]

describe.each(forms)('reasoning %s', (_, raw) => {
  test('reasoning is stored as such and left out of titles, prompts, caches, search, exports and links', async () => {
    const question = newQuestion()
    const conversationId = v7()
    goldfish.stub.script([{ raw, match: question }])
    goldfish.stub.titleScript([{ text: `<think>${secret}</think>\nSailing boats` }])
    const sent = await ada.send({ conversationId }, question)
    expect(sent).toMatchObject({
      status: 200,
      error: null,
      text: 'Hello, sailor!',
      metadata: { status: 'complete', cacheStored: true },
    })
    for (const instance of [0, 1]) {
      const [message] = await onInstance(instance).messages(conversationId)
      expect(shown(message?.parts ?? [])).toEqual(planAndHello)
    }

    const conversation = `/api/conversations/${conversationId}`
    await expect.poll(() => readText('/api/conversations')).toContain('Sailing boats')
    expect(await readText('/api/conversations')).not.toContain(secret)
    expect(
      goldfish.stub
        .titleLog()
        .map(({ body }) => body)
        .join(),
    ).not.toContain(secret)

    const follow = await ada.send({ conversationId }, `${newQuestion()} [stub:text=Yes.]`)
    expect(follow.text).toBe('Yes.')
    const prompt = goldfish.stub.log().at(-1)?.body ?? ''
    expect(prompt).toContain('Hello, sailor!')
    expect(prompt).not.toContain(secret)

    const again = await ada.send({ conversationId: v7() }, question)
    expect(again).toMatchObject({ text: 'Hello, sailor!', cache: { status: 'hit' } })
    expect(JSON.stringify(again.chunks)).not.toContain(secret)

    expect(await readText(`/api/conversations?q=${secret}`)).not.toContain(conversationId)
    expect(await readText('/api/conversations?q=sailor')).toContain(conversationId)
    expect(await readText('/api/conversations?q=sailor')).not.toContain(secret)

    for (const path of [
      `${conversation}/export`,
      `${conversation}/export?format=markdown`,
      '/api/conversations/export',
    ]) {
      const exported = await readText(path)
      expect(exported).toContain('Hello, sailor!')
      expect(exported).not.toContain(secret)
    }

    const { key } = await makeKey(ada, ['mcp', 'chat'])
    const found = await callTool(goldfish.url, key, 'search_conversations', { query: 'sailor' })
    expect(JSON.stringify(found.output)).toContain('Sailing boats')
    expect(JSON.stringify(found.output)).not.toContain(secret)

    const link = await (await ada.fetch(`${conversation}/share`, { method: 'POST' })).json()
    const page = await readText(link.path)
    expect(page).toContain('Hello, sailor!')
    expect(page).not.toContain(secret)
  })

  test('a replay on another instance has the same answer, and the answer is stored with its reasoning', async () => {
    const question = newQuestion()
    const conversationId = v7()
    const turnId = v7()
    goldfish.stub.script([{ raw, match: question }])
    const message = userMessage(question)
    const first = await ada.send({ conversationId, turnId, message })
    expect(first.text).toBe('Hello, sailor!')
    const replay = await onInstance(1).send({ conversationId, turnId, message })
    expect(replay).toMatchObject({ status: 200, text: 'Hello, sailor!' })
    expect(goldfish.stub.log()).toHaveLength(1)
    expect(await stored(conversationId)).toEqual(planAndHello)
  })

  test('a completion of /v1 has the reasoning next to the content', async () => {
    const { key } = await makeKey(ada, ['chat'])
    const question = newQuestion()
    goldfish.stub.script([{ raw, match: question }])
    const response = await fetch(`${goldfish.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'stub-model', messages: [{ role: 'user', content: question }] }),
    })
    expect((await response.json()).choices[0]).toMatchObject({
      message: { content: 'Hello, sailor!', reasoning_content: `I plan: ${secret}.` },
      finish_reason: 'stop',
    })
  })
})

test('a hint is set after two answers that begin inside reasoning, and is cleared by another answer', async () => {
  const ask = async (text: string) => {
    const question = newQuestion()
    goldfish.stub.script([{ raw: stream(C(text), STOP, DONE), match: question }])
    const sent = await ada.send({ conversationId: v7() }, question)
    return { text: sent.text, restarts: sent.chunks.filter(({ type }) => type === 'data-restart').length }
  }
  const hint = () => goldfish.redis.get('gf:1:reasoning:{stub-model}')
  expect(await ask('I plan.</think>One.')).toEqual({ text: 'One.', restarts: 1 })
  await expect.poll(hint).toBe('1')
  expect(await ask('I plan.</think>Two.')).toEqual({ text: 'Two.', restarts: 1 })
  await expect.poll(hint).toBe('2')
  expect(await ask('I plan.</think>Three.')).toEqual({ text: 'Three.', restarts: 0 })
  expect(await ask('Four.')).toEqual({ text: 'Four.', restarts: 1 })
  await expect.poll(hint).toBe(null)
  expect(await ask('Five.')).toEqual({ text: 'Five.', restarts: 0 })
})

test('a later step that turns out to begin inside its reasoning keeps the steps before it', async () => {
  const question = newQuestion()
  const conversationId = v7()
  const call = [
    { index: 0, id: 'a', type: 'function', function: { name: 'create_todo', arguments: { title: 'Milk' } } },
  ]
  const calls = `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: call }, finish_reason: 'tool_calls' }] })}\n\n`
  goldfish.stub.script([
    { raw: stream(C('I make it.'), calls, DONE) },
    { raw: stream(C(`It is ${secret}.\n</think>\n\nDone.`), STOP, DONE) },
  ])
  const sent = await ada.send({ conversationId }, question)
  expect(sent).toMatchObject({ error: null, text: 'I make it.Done.' })
  const [message] = await ada.messages(conversationId)
  expect(message?.parts.map(({ type }) => type)).toEqual([
    'text',
    'tool-create_todo',
    'step-start',
    'reasoning',
    'text',
  ])
})

test('a continued answer resumes its text after new reasoning', async () => {
  const question = newQuestion()
  const conversationId = v7()
  const length = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'length' }] })}\n\n`
  goldfish.stub.script([
    { raw: stream(C('<think>I plan.</think>\n\nHello, sai'), length, DONE) },
    { raw: stream(C('I go on.</think>lor!'), STOP, DONE) },
  ])
  const cut = await ada.send({ conversationId }, question)
  expect(cut.metadata?.status).toBe('truncated')
  const whole = await ada.send({
    conversationId,
    trigger: 'continue-message',
    messageId: cut.messageId ?? '',
    turnId: v7(),
  })
  expect(whole).toMatchObject({ status: 200, error: null })
  expect((await stored(conversationId)).filter(({ type }) => type === 'text')).toEqual([
    expect.objectContaining({ text: 'Hello, sailor!' }),
  ])
})

test.each([
  ['a chunk without choices', stream(C('Hel'), 'data: {}\n\n', C('lo!'), STOP, DONE)],
  ['metrics and null events', stream(C('Hello!'), 'data: [METRICS] 5\n\ndata: null\n\ndata:\n\n', STOP, DONE)],
  [
    'token counts as strings',
    stream(C('Hello!'), STOP, 'data: {"choices":[],"usage":{"prompt_tokens":"1","completion_tokens":"2"}}\n\n'),
  ],
  ['an error after the end', stream(C('Hello!'), STOP, 'data: {"error":{"message":"lost"}}\n\n')],
  [
    'a completion in place of a stream',
    JSON.stringify({ choices: [{ message: { content: 'Hello!' }, finish_reason: 'stop' }] }),
  ],
])('an answer with %s is complete, stored and cached', async (_, raw) => {
  const question = newQuestion()
  const conversationId = v7()
  goldfish.stub.script([{ raw, match: question }])
  const sent = await ada.send({ conversationId }, question)
  expect(sent).toMatchObject({ error: null, text: 'Hello!', metadata: { status: 'complete', cacheStored: true } })
  expect(await stored(conversationId)).toEqual([expect.objectContaining({ type: 'text', text: 'Hello!' })])
})

test('skipped chunks are logged once per turn, by kind and without their text', async () => {
  const question = newQuestion()
  goldfish.stub.script([
    { raw: stream(C('Hello!'), `data: [X] ${secret}\n\n`, 'data: {}\n\n', STOP, DONE), match: question },
  ])
  await ada.send({ conversationId: v7() }, question)
  const logged = () => goldfish.instances.map(({ output }) => output()).join('\n')
  await expect.poll(() => logged().match(/"reason":"not_json=1 no_choices=1"/g)?.length).toBe(1)
  expect(logged()).not.toContain(secret)
})
