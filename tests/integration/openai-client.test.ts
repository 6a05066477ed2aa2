/** OpenAI's own client against `/v1`: what it takes, and what it makes of our errors. */
import OpenAI from 'openai'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { makeKey } from './key-client'

let goldfish: Goldfish
let ada: Person
let client: OpenAI
const clientWith = (apiKey: string) => new OpenAI({ baseURL: `${goldfish.url}/v1`, apiKey, maxRetries: 0 })
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
  client = clientWith((await makeKey(ada, ['chat'])).key)
})
afterAll(() => goldfish?.stop())

const model = 'stub-model'
const ask = (content: string) => ({ model, messages: [{ role: 'user' as const, content }] })
const aQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`

test('lists the models', async () => {
  const { data } = await client.models.list()
  expect(data.map(({ id }) => id)).toEqual([model])
})

test('has a question answered, and again from the cache', async () => {
  const question = aQuestion()
  const { data: first, response } = await client.chat.completions.create(ask(question)).withResponse()
  expect(first.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } })
  expect(first.usage?.completion_tokens).toBeGreaterThan(0)
  expect(response.headers.get('cache-status')).toContain('fwd=miss')
  const { data: again, response: hit } = await client.chat.completions.create(ask(question)).withResponse()
  expect(again.choices[0]?.message.content).toBe(first.choices[0]?.message.content)
  expect(hit.headers.get('cache-status')).toContain('hit')
  expect(again.usage?.total_tokens).toBe(0)
})

test('goes on with what it was told', async () => {
  const runner = async (messages: OpenAI.ChatCompletionMessageParam[]) => {
    const { choices } = await client.chat.completions.create({ model, messages })
    const said = choices[0]?.message
    if (!said) throw new Error('no answer')
    return said
  }
  const question: OpenAI.ChatCompletionMessageParam = { role: 'user', content: aQuestion() }
  const said = await runner([question])
  // As it came, with all that the client knows of it.
  const more = await runner([question, said, { role: 'user', content: 'And in winter?' }])
  expect(more.content).toMatch(/\w/)
})

test('reads a stream to its end, with what it took', async () => {
  const stream = await client.chat.completions.create({
    ...ask(`[stub:tokens=12] ${aQuestion()}`),
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toMatch(/\w+ \w+/)
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 12 } })
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
})

test('collects a stream by its helper', async () => {
  const completion = await client.chat.completions.stream(ask(aQuestion())).finalChatCompletion()
  expect(completion.choices[0]?.message.content).toMatch(/\w/)
})

test('leaves in the middle, and the model is left too', async () => {
  goldfish.stub.reset()
  const stream = await client.chat.completions.create({
    ...ask('[stub:tokens=400] [stub:gap=50] A long one'),
    stream: true,
  })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
  const ended = async () => (await goldfish.sql(`select outcome from usage where outcome = 'stopped'`)).length
  await expect.poll(ended, { timeout: 20_000 }).toBe(1)
  expect(goldfish.stub.log()[0]?.tokensSent).toBeLessThan(400)
})

test('knows our errors for what they are', async () => {
  const failing = (options: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>) =>
    client.chat.completions.create({ ...ask('x'), ...options })
  await expect(failing({ model: 'gpt-oops' })).rejects.toMatchObject({
    constructor: OpenAI.NotFoundError,
    code: 'model_not_found',
    param: 'model',
  })
  await expect(failing({ n: 2 })).rejects.toMatchObject({ constructor: OpenAI.BadRequestError, param: 'n' })
  await expect(clientWith('gf_wrong').models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  const narrow = clientWith((await makeKey(ada, ['mcp'])).key)
  await expect(narrow.models.list()).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError)
  await expect(client.embeddings.create({ model, input: 'x' })).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  const broken = await client.chat.completions.create({ ...ask('[stub:tokens=20] [stub:cut=5] Broken'), stream: true })
  const read = async () => {
    for await (const chunk of broken) expect(chunk.object).toBe('chat.completion.chunk')
  }
  await expect(read()).rejects.toMatchObject({ constructor: OpenAI.APIError, code: 'provider_cut' })
})
