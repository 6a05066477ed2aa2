/** Tests clients of other programs: the OpenAI client with `/v1`, and `useChat` of the AI SDK with `/api/chat`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isToolUIPart, type UIMessage } from 'ai'
import OpenAI from 'openai'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { makeKey } from './key-client'
import { renderHook } from './render-hook'
import { useGoldfish } from './use-goldfish'

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
const newQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`

describe('the OpenAI client', () => {
  test('the OpenAI client lists the models', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual([model])
  })

  test('the OpenAI client gets an answer, and gets it from the cache when the question is repeated', async () => {
    const question = newQuestion()
    const { data: first, response } = await client.chat.completions.create(ask(question)).withResponse()
    expect(first.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } })
    expect(first.usage?.completion_tokens).toBeGreaterThan(0)
    expect(response.headers.get('cache-status')).toContain('fwd=miss')
    const { data: again, response: hit } = await client.chat.completions.create(ask(question)).withResponse()
    expect(again.choices[0]?.message.content).toBe(first.choices[0]?.message.content)
    expect(hit.headers.get('cache-status')).toContain('hit')
    expect(again.usage?.total_tokens).toBe(0)
  })

  test('the OpenAI client continues a conversation with the message that it received', async () => {
    const complete = async (messages: OpenAI.ChatCompletionMessageParam[]) => {
      const { choices } = await client.chat.completions.create({ model, messages })
      const reply = choices[0]?.message
      if (!reply) throw new Error('the completion has no message')
      return reply
    }
    const question: OpenAI.ChatCompletionMessageParam = { role: 'user', content: newQuestion() }
    const reply = await complete([question])
    // The server must accept the message exactly as the client received it, with all its fields.
    const more = await complete([question, reply, { role: 'user', content: 'And in winter?' }])
    expect(more.content).toMatch(/\w/)
  })

  test('the OpenAI client reads a stream to its end, including the usage', async () => {
    const stream = await client.chat.completions.create({
      ...ask(`[stub:tokens=12] ${newQuestion()}`),
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

  test('the stream helper of the OpenAI client collects the whole completion', async () => {
    const completion = await client.chat.completions.stream(ask(newQuestion())).finalChatCompletion()
    expect(completion.choices[0]?.message.content).toMatch(/\w/)
  })

  test('the model call is canceled when the OpenAI client disconnects', async () => {
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

  test('the OpenAI client maps the errors of /v1 to its own error classes', async () => {
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
    const broken = await client.chat.completions.create({
      ...ask('[stub:tokens=20] [stub:cut=5] Broken'),
      stream: true,
    })
    const read = async () => {
      for await (const chunk of broken) expect(chunk.object).toBe('chat.completion.chunk')
    }
    await expect(read()).rejects.toMatchObject({ constructor: OpenAI.APIError, code: 'provider_cut' })
  })
})

describe('useChat with a session token', () => {
  const slowTurn = { timeout: 20_000 }
  let unmounts: (() => void)[] = []
  afterEach(() => {
    for (const unmount of unmounts) unmount()
    unmounts = []
  })
  /** Renders a component that uses conversation `id`. It will be unmounted after the test. */
  function renderChat(id: string = v7(), { token = ada.bearer, stored = [] as UIMessage[] } = {}) {
    const hook = renderHook(() => useGoldfish(goldfish.url, token, id, stored))
    unmounts.push(hook.unmount)
    return { ...hook, id }
  }
  type Chat = ReturnType<typeof renderChat>
  const statuses = ({ results }: Chat) =>
    results.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1])
  const textOf = (message: UIMessage | undefined) =>
    message?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const callsOf = (message: UIMessage | undefined) =>
    message?.parts.filter(isToolUIPart).map(({ type, state }) => `${type} ${state}`)
  const answerOf = (chat: Chat) => chat.current().messages[1]
  const sendIn = async (chat: Chat, text: string) => {
    await expect.poll(() => chat.results.length).toBeGreaterThan(0)
    await chat.current().sendMessage({ text })
  }
  const titles = async () => {
    const { items } = await (await ada.fetch('/api/todos')).json()
    return items.map(({ title }: { title: string }) => title)
  }

  test('useChat shows a tool call and its answer and regenerates the answer, and every message is stored', async () => {
    const chat = renderChat()
    await sendIn(chat, '[stub:tool=create_todo {"title":"Milk"}] [stub:text=It is on your list.] Please')
    await expect.poll(() => chat.current().status, slowTurn).toBe('ready')
    expect(statuses(chat).filter((status) => status !== 'streaming')).toEqual(['ready', 'submitted', 'ready'])
    expect(chat.current().messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(callsOf(answerOf(chat))).toEqual(['tool-create_todo output-available'])
    expect(textOf(answerOf(chat))).toBe('It is on your list.')
    expect(answerOf(chat)?.metadata).toMatchObject({ model, status: 'complete' })
    expect(await titles()).toContain('Milk')
    const first = answerOf(chat)?.id ?? ''
    await chat.current().regenerate({ messageId: first })
    await expect.poll(() => answerOf(chat)?.id).not.toBe(first)
    const stored = (await ada.messages(chat.id)).toReversed()
    expect(stored.map(({ id }) => id)).toEqual(chat.current().messages.map(({ id }) => id))
    expect(stored[1]?.siblings).toEqual([first, answerOf(chat)?.id])
  })

  test('useChat gets an approval request before a deletion, and its answer continues after the approval', async () => {
    const chat = renderChat()
    await sendIn(
      chat,
      '[stub:say=Well.] [stub:tool=create_todo {"title":"Tea"}] [stub:then] [stub:tool=delete_todo {"id":"$id"}] [stub:text=Gone.]',
    )
    await expect.poll(() => callsOf(answerOf(chat))?.at(-1), slowTurn).toBe('tool-delete_todo approval-requested')
    await expect.poll(() => chat.current().status).toBe('ready')
    expect(await titles()).toContain('Tea')
    const { id = '', parts = [] } = answerOf(chat) ?? {}
    const { toolCallId } = parts.filter(isToolUIPart).at(-1) ?? {}
    const textBefore = textOf(answerOf(chat))
    expect(textBefore).toContain('Well.')
    await chat.current().regenerate({ messageId: id, body: { toolCallId, approved: true } })
    await expect.poll(() => textOf(answerOf(chat)), slowTurn).toBe(`${textBefore}Gone.`)
    expect(answerOf(chat)?.id).toBe(id)
    expect(callsOf(answerOf(chat))).toEqual(['tool-create_todo output-available', 'tool-delete_todo output-available'])
    expect(await titles()).not.toContain('Tea')
  })

  test('useChat resumes a running answer from its start after a remount, without a second model call', async () => {
    goldfish.stub.reset()
    const before = renderChat()
    void sendIn(before, '[stub:tokens=160] [stub:gap=25] A slow one')
    await expect.poll(() => textOf(answerOf(before))?.length ?? 0, slowTurn).toBeGreaterThan(20)
    expect(before.current().status).toBe('streaming')
    before.unmount()
    const stored = (await ada.messages(before.id)).toReversed().map(({ id, role, parts }) => ({ id, role, parts }))
    const chat = renderChat(before.id, { stored: stored as UIMessage[] })
    await expect.poll(() => statuses(chat).slice(-2), slowTurn).toEqual(['streaming', 'ready'])
    const [answer, question] = await ada.messages(before.id)
    expect(chat.current().messages.map(({ id }) => id)).toEqual([question?.id, answer?.id])
    expect(textOf(answerOf(chat))).toBe(textOf(answer as UIMessage))
    expect(answer?.status).toBe('complete')
    expect(goldfish.stub.log()).toHaveLength(1)
  })

  test('useChat reports rejected requests and failed answers as errors with their codes', async () => {
    const stranger = renderChat(v7(), { token: `${ada.bearer}x` })
    await sendIn(stranger, 'Hello')
    await expect.poll(() => stranger.results.at(-1)?.status, slowTurn).toBe('error')
    expect(stranger.current().error).toMatchObject({ statusCode: 401 })
    expect(JSON.parse(stranger.current().error?.message ?? '')).toMatchObject({ code: 'unauthenticated', status: 401 })

    const chat = renderChat()
    await sendIn(chat, '[stub:tokens=20] [stub:cut=5] Broken')
    await expect.poll(() => chat.current().status, slowTurn).toBe('error')
    const [failed] = await ada.messages(chat.id)
    expect(failed).toMatchObject({ id: answerOf(chat)?.id, status: 'failed' })
    const data = answerOf(chat)?.parts.find(({ type }) => type === 'data-error')
    expect(data).toMatchObject({ data: { code: 'provider_cut', message: chat.current().error?.message } })
  })

  test('docs/other-programs.md contains the hook that these tests use', () => {
    const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8')
    const file = read('use-goldfish.ts')
    const hook = file.slice(file.indexOf('*/\n') + '*/\n'.length)
    expect(hook).toContain('useChat({')
    expect(read('..', '..', 'docs', 'other-programs.md')).toContain(`\`\`\`ts\n${hook}\`\`\``)
  })
})
