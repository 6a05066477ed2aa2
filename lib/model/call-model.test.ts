import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startModelStub } from '@/tests/model-stub/model-stub.mjs'
import { C, DONE, LENGTH, STOP, stream } from '@/tests/model-stub/odd-streams'
import type { ModelTimeouts } from './call-deadline'
import { callModel, type ModelEvent } from './call-model'
import { connectModels, type ModelHandle } from './connect'
import type { ModelChunk } from './model-chunk'

let stub: Awaited<ReturnType<typeof startModelStub>>
let models: ModelHandle
beforeAll(async () => {
  stub = await startModelStub()
  models = connectModels({ CHAT_MODEL: 'gpt-4.1', OPENAI_BASE_URL: `${stub.url}/v1`, OPENAI_API_KEY: 'sk-test' })
})
beforeEach(() => stub.reset())
afterAll(() => stub.stop())

/** These timeouts do not expire within a test. A test of a timeout must set its own. */
const patient: ModelTimeouts = { firstChunkMs: 60_000, chunkMs: 60_000, totalMs: 60_000 }
const never = new AbortController().signal

async function ask(
  question: string,
  options: { signal?: AbortSignal; timeouts?: ModelTimeouts; models?: ModelHandle } = {},
) {
  const handle = options.models ?? models
  const call = callModel(handle, {
    modelId: handle.catalog.default,
    instructions: 'Be brief.',
    messages: [{ role: 'user', content: question }],
    signal: options.signal ?? never,
    timeouts: options.timeouts ?? patient,
  })
  const events: ModelEvent[] = []
  for await (const event of call) events.push(event)
  return read(events)
}

/** Returns the text, the types of the chunks and the last event, and expects the answer to be well formed. */
function read(events: readonly ModelEvent[]) {
  const valid = events.slice(events.findLastIndex(({ type }) => type === 'restart') + 1)
  const chunks = valid.flatMap((event) => (event.type === 'chunk' ? [event.chunk] : []))
  const endings = events.filter((event) => event.type !== 'chunk' && event.type !== 'restart')
  expect(endings).toHaveLength(1)
  expect(events.at(-1)).toBe(endings[0])
  expectWhole(chunks)
  const text = chunks.map((chunk) => (chunk.type === 'text-delta' ? chunk.delta : '')).join('')
  const restarts = events.flatMap((event) => (event.type === 'restart' ? [event.found] : []))
  return { text, types: chunks.map(({ type }) => type), ending: endings[0], restarts }
}

function expectWhole(chunks: readonly ModelChunk[]) {
  const count = (type: ModelChunk['type']) => chunks.filter((chunk) => chunk.type === type).length
  for (const kind of ['text', 'reasoning'] as const) expect(count(`${kind}-start`)).toBe(count(`${kind}-end`))
  expect(count('start-step')).toBe(count('finish-step'))
}

describe('callModel: answers', () => {
  test('streams an answer as chunks for the client, followed by its usage and cost', async () => {
    const { text, types, ending } = await ask('[stub:text=Hello there.]')
    expect(text).toBe('Hello there.')
    expect(types).toEqual(['start-step', 'text-start', 'text-delta', 'text-delta', 'text-end', 'finish-step'])
    const inputTokens = stub.log()[0]?.promptTokens ?? 0
    expect(ending).toEqual({
      type: 'end',
      finish: 'stop',
      usage: { inputTokens, cachedInputTokens: 0, outputTokens: 2 },
      costUsd: (inputTokens * 2 + 2 * 8) / 1_000_000,
    })
  })

  test('sends the instructions first, the output limit of the catalog and a request for the usage', async () => {
    await ask('Hello')
    const [call] = stub.log()
    expect(call?.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ])
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      model: 'gpt-4.1',
      max_tokens: 16_384,
      stream_options: { include_usage: true },
    })
    expect(call?.authorization).toBe('Bearer sk-test')
  })

  test('emits the reasoning of an answer in separate parts', async () => {
    const { text, types } = await ask('[stub:reasoning] [stub:text=Yes.]')
    expect(text).toBe('Yes.')
    expect(types.filter((type) => type.startsWith('reasoning'))).toEqual([
      'reasoning-start',
      ...Array.from({ length: 5 }, () => 'reasoning-delta'),
      'reasoning-end',
    ])
  })

  test('completes an answer that ends with [DONE] but without a finish reason', async () => {
    const { text, ending } = await ask('[stub:end=5]')
    expect(text.split(' ')).toHaveLength(5)
    expect(ending).toMatchObject({ type: 'end', finish: 'other' })
  })

  test('ends an answer that reaches the requested limit with the finish reason `length`', async () => {
    const { ending } = await ask('[stub:tokens=20000]')
    expect(ending).toMatchObject({ type: 'end', finish: 'length', usage: { outputTokens: 16_384 } })
  })

  test('cuts off an answer that exceeds the requested limit and estimates its usage', async () => {
    const short = connectModels({ CHAT_MODEL: 'unheard-of', OPENAI_BASE_URL: `${stub.url}/v1` })
    const { text, ending } = await ask('[stub:endless]', { models: short })
    expect(text.length).toBeGreaterThan(2048 * 8)
    expect(text.length).toBeLessThan(2048 * 8 + 100)
    expect(ending).toMatchObject({ type: 'end', finish: 'length', costUsd: null })
    expect(ending?.type === 'end' && ending.usage?.outputTokens).toBe(Math.ceil(text.length / 4))
    await expect.poll(() => stub.log()[0]?.clientAborted).toBe(true)
  })
})

describe('callModel: reasoning in the text', () => {
  const types = ['start-step', 'reasoning-start', 'reasoning-delta', 'reasoning-end', 'text-start', 'text-delta']

  test('moves reasoning in the text to a separate part', async () => {
    const answer = await ask('[stub:text=<think>I_plan.</think>Hello!]')
    expect(answer.text).toBe('Hello!')
    expect(answer.types).toEqual([...types, 'text-end', 'finish-step'])
    expect(answer.ending).toMatchObject({ type: 'end', finish: 'stop' })
  })

  test('restarts the answer if only a closing tag shows that the text was reasoning', async () => {
    stub.script([{ raw: stream(C('I '), C('plan.\n</th'), C('ink>\n\nHello!'), STOP, DONE) }])
    const answer = await ask('Hello?')
    expect(answer.text).toBe('Hello!')
    expect(answer.restarts).toEqual(['reasoning'])
    expect(answer.types).toEqual([...types, 'text-end', 'finish-step'])
  })

  test('expects implicit reasoning if the catalog declares it, and restarts the answer if there is none', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'catalog-')), 'models.json')
    await writeFile(file, JSON.stringify([{ id: 'r1', reasoning: 'implicit' }]))
    const known = connectModels({ CHAT_MODEL: 'r1', OPENAI_BASE_URL: `${stub.url}/v1`, MODEL_CATALOG_FILE: file })
    stub.script([{ raw: stream(C('I plan.</think>Hello!'), STOP, DONE) }])
    expect(await ask('Hello?', { models: known })).toMatchObject({ text: 'Hello!', restarts: [] })
    stub.script([{ raw: stream(C('Hello!'), STOP, DONE) }])
    expect(await ask('Hello?', { models: known })).toMatchObject({ text: 'Hello!', restarts: ['text'] })
    stub.script([{ raw: stream(C('I plan'), LENGTH, DONE) }])
    const cut = await ask('Hello?', { models: known })
    expect(cut).toMatchObject({ text: '', restarts: [], ending: { type: 'end', finish: 'length' } })
    expect(cut.types).toEqual([...types.slice(0, 4), 'finish-step'])
  })

  test('keeps both the reasoning in the text and the reasoning that the provider reports', async () => {
    const reported = `data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: 'I think.' } }] })}\n\n`
    stub.script([{ raw: stream(reported, C('</think>\n\n'), C('<think>I plan.</think>'), C('Hello!'), STOP, DONE) }])
    const answer = await ask('Hello?')
    expect(answer.text).toBe('Hello!')
    expect(answer.types).toEqual([...types.slice(0, 4), ...types.slice(1), 'text-end', 'finish-step'])
  })

  test('emits reasoning in the text before tool calls', async () => {
    const call = [{ index: 0, id: 'a', function: { name: 'look', arguments: '{}' } }]
    const calls = `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: call }, finish_reason: 'tool_calls' }] })}\n\n`
    stub.script([{ raw: stream(C('<think>I plan.</think>\n\n'), calls, DONE) }])
    const answer = await ask('Hello?')
    expect(answer.types.filter((type) => !type.startsWith('tool-input-delta'))).toEqual([
      ...types.slice(0, 4),
      'tool-input-start',
      'tool-input-error',
      'finish-step',
    ])
  })

  test('accepts an answer that has only reasoning, and fails if the reasoning is empty', async () => {
    stub.script([{ raw: stream(C('<think>I plan.</think>\n'), STOP, DONE) }])
    expect(await ask('Hello?')).toMatchObject({ text: '', ending: { type: 'end', finish: 'stop' } })
    stub.script([{ raw: stream(C('<think>\n\n</think>\n'), STOP, DONE) }])
    expect(await ask('Hello?')).toMatchObject({ text: '', ending: { type: 'failed', code: 'provider_error' } })
  })
})

test('completes an answer that takes longer than its timeouts if output continues', async () => {
  // Each timeout is much longer than a gap, so that a stall of this process does not count as a silent provider.
  const timeouts = { ...patient, firstChunkMs: 3_000, chunkMs: 3_000 }
  const { ending } = await ask('[stub:tokens=80] [stub:gap=40]', { timeouts })
  expect(ending).toMatchObject({ type: 'end', finish: 'stop', usage: { outputTokens: 80 } })
})

describe('callModel: failures', () => {
  // These timeouts must not be shorter, because the request itself takes time on a busy machine.
  const shortFirstChunk = { firstChunkMs: 400 }
  const shortChunk = { chunkMs: 200 }

  test.each<[string, string, string, number, Partial<ModelTimeouts>?]>([
    ['is rate limited', '[stub:429]', 'provider_rate_limited', 2],
    ['is refused by an overloaded provider', '[stub:529]', 'provider_rate_limited', 2],
    ['fails with a server error', '[stub:500]', 'provider_error', 2],
    ['is refused as invalid', '[stub:400]', 'provider_error', 1],
    ['has a wrong key', '[stub:401]', 'provider_error', 1],
    ['is never answered', '[stub:hang]', 'provider_timeout', 1, shortFirstChunk],
    ['stalls after five tokens', '[stub:stall=5]', 'provider_timeout', 1, shortChunk],
    ['stalls before the first token', '[stub:stall]', 'provider_timeout', 1, shortFirstChunk],
    ['exceeds the total timeout', '[stub:gap=20] [stub:tokens=500]', 'provider_timeout', 1, { totalMs: 600 }],
    ['is cut after five tokens', '[stub:cut=5]', 'provider_cut', 1],
    ['is cut before the first token', '[stub:cut]', 'provider_error', 1],
    ['turns into garbage after five tokens', '[stub:garbage=5]', 'provider_cut', 1],
    ['is garbage from the beginning', '[stub:garbage]', 'provider_error', 1],
    ['reports an error after five tokens', '[stub:error=5]', 'provider_cut', 1],
    ['reports an error before the first token', '[stub:error]', 'provider_error', 1],
    ['has an empty stream', '[stub:empty]', 'provider_error', 1],
    ['finishes without output', '[stub:tokens=0]', 'provider_error', 1],
  ])('classifies the failure of a call that %s', async (_, question, code, tries, timeouts = {}) => {
    const printed = vi.spyOn(console, 'error')
    const { text, ending } = await ask(question, { timeouts: { ...patient, ...timeouts } })
    expect(ending).toMatchObject({ type: 'failed', code })
    expect(ending?.type === 'failed' && ending.cause).toBeInstanceOf(Error)
    expect(stub.log()).toHaveLength(tries)
    expect(printed).not.toHaveBeenCalled()
    if (question.endsWith('=5]')) expect(text.split(' ')).toHaveLength(5)
  })

  test('classifies the failure of a provider that cannot be reached', async () => {
    const gone = await startModelStub()
    await gone.stop()
    const { ending } = await ask('Hello', {
      models: connectModels({ CHAT_MODEL: 'm', OPENAI_BASE_URL: `${gone.url}/v1` }),
    })
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error', retryAfterSeconds: null })
  })

  test('retries a failed call once', async () => {
    stub.script([{ status: 503, retryAfterSeconds: 0 }])
    expect(await ask('[stub:text=There.]')).toMatchObject({ text: 'There.', ending: { type: 'end' } })
    expect(stub.log()).toHaveLength(2)
  })

  test('retries after the wait that the provider requests', async () => {
    stub.script([{ status: 429, retryAfterSeconds: 1 }])
    await ask('Hello')
    const [first, second] = stub.log()
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(990)
  })

  test('does not retry if the provider requests a long wait', async () => {
    const { ending } = await ask('[stub:429] [stub:retry-after=30]')
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_rate_limited', retryAfterSeconds: 30 })
    expect(stub.log()).toHaveLength(1)
  })

  test('does not retry after the timeout of the first chunk', async () => {
    stub.script([{ status: 500 }])
    const { ending } = await ask('Hello', { timeouts: { ...patient, firstChunkMs: 400 } })
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_timeout' })
    expect(stub.log()).toHaveLength(1)
  })
})

describe('callModel: the caller', () => {
  test('ends with `aborted` and closes the connection when the caller aborts', async () => {
    const stop = new AbortController()
    const events: ModelEvent[] = []
    const call = {
      modelId: 'gpt-4.1',
      instructions: 'x',
      messages: [{ role: 'user' as const, content: '[stub:stall=5]' }],
    }
    for await (const event of callModel(models, { ...call, signal: stop.signal })) {
      events.push(event)
      if (event.type === 'chunk' && event.chunk.type === 'text-delta') stop.abort()
    }
    expect(read(events).ending).toEqual({ type: 'aborted' })
    expect(read(events).text).not.toBe('')
    await expect.poll(() => stub.log()[0]?.clientAborted).toBe(true)
  })

  test('makes no request if the signal is already aborted', async () => {
    expect((await ask('Hello', { signal: AbortSignal.abort() })).ending).toEqual({ type: 'aborted' })
    expect(stub.log()).toHaveLength(0)
  })

  test('ends with `aborted` when the caller aborts before the first byte', async () => {
    const stop = new AbortController()
    const pending = ask('[stub:hang]', { signal: stop.signal })
    await expect.poll(() => stub.log()).toHaveLength(1)
    stop.abort()
    expect((await pending).ending).toEqual({ type: 'aborted' })
  })

  test('closes the connection when the caller leaves the loop', async () => {
    const call = {
      modelId: 'gpt-4.1',
      instructions: 'x',
      messages: [{ role: 'user' as const, content: '[stub:stall=5]' }],
    }
    for await (const event of callModel(models, { ...call, signal: never })) {
      if (event.type === 'chunk' && event.chunk.type === 'text-delta') break
    }
    await expect.poll(() => stub.log()[0]?.clientAborted).toBe(true)
  })

  test('rejects a model that is not offered', async () => {
    const call = { modelId: 'other', instructions: 'x', messages: [], signal: never }
    await expect(callModel(models, call).next()).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

test('leaves no rejection unhandled after a failed call', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => void process.off('unhandledRejection', unhandled))
  for (const question of ['[stub:400]', '[stub:cut]', '[stub:cut=3]', '[stub:garbage=3]', '[stub:empty]'])
    await ask(question)
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).not.toHaveBeenCalled()
})
