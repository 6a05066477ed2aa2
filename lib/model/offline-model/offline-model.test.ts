import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { callModel, type ModelEvent } from '@/lib/model/call-model'
import { connectModels } from '@/lib/model/connect'
import { createOfflineModel } from './offline-model'

const { catalog } = connectModels({ CHAT_MODEL: 'offline' })
const models = (wordDelayMs: number) => ({
  catalog,
  languageModel: async () => createOfflineModel({ wordDelayMs }),
  prefixHints: () => null,
})
const never = new AbortController().signal
const history = [
  { role: 'user' as const, content: 'Where does Goldfish keep its memory?' },
  { role: 'assistant' as const, content: 'In Postgres.' },
]
const call = (question: string) => ({
  modelId: 'offline',
  instructions: 'Be brief.',
  messages: [...history, { role: 'user' as const, content: question }],
})

async function collect(events: AsyncIterable<ModelEvent>) {
  const all: ModelEvent[] = []
  for await (const event of events) all.push(event)
  const deltas = all.flatMap((event) =>
    event.type === 'chunk' && event.chunk.type === 'text-delta' ? [event.chunk.delta] : [],
  )
  return { deltas, text: deltas.join(''), ending: all.at(-1) }
}

test('streams an answer word by word and reports its usage', async () => {
  const { deltas, text, ending } = await collect(callModel(models(0), { ...call('Count to 5'), signal: never }))
  expect(deltas).toEqual(['1, ', '2, ', '3, ', '4, ', '5'])
  expect(text).toBe('1, 2, 3, 4, 5')
  expect(ending).toEqual({
    type: 'end',
    finish: 'stop',
    usage: { inputTokens: 17, cachedInputTokens: 0, outputTokens: 4 },
    costUsd: 0,
  })
})

test('answers a question about the history of the conversation', async () => {
  const { text } = await collect(callModel(models(0), { ...call('What did I ask first?'), signal: never }))
  expect(text).toContain('> Where does Goldfish keep its memory?')
})

test('pauses between words', async () => {
  const startedAt = performance.now()
  await collect(callModel(models(10), { ...call('Count to 5'), signal: never }))
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(35)
})

test('ends its answer at the maximum number of output tokens', async () => {
  const { stream } = await createOfflineModel({ wordDelayMs: 0 }).doStream({
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'count to 200' }] }],
    maxOutputTokens: 10,
  })
  const parts: LanguageModelV4StreamPart[] = []
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value)
  const text = parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('')
  expect(text).toMatch(/^1, 2, 3/)
  expect(text.length).toBeLessThanOrEqual(40)
  expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'length' } })
})

test('generates the same answer without a stream', async () => {
  const { content, finishReason } = await createOfflineModel().doGenerate({
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'Count to 3' }] }],
  })
  expect(content).toEqual([{ type: 'text', text: '1, 2, 3' }])
  expect(finishReason.unified).toBe('stop')
})

describe('an aborted call', () => {
  test('stops between two words when the call is aborted', async () => {
    const stop = new AbortController()
    const words: string[] = []
    let last: ModelEvent | null = null
    for await (const event of callModel(models(60_000), { ...call('Count to 50'), signal: stop.signal })) {
      last = event
      if (event.type !== 'chunk' || event.chunk.type !== 'text-delta') continue
      words.push(event.chunk.delta)
      stop.abort()
    }
    expect(words).toEqual(['1, '])
    expect(last).toEqual({ type: 'aborted' })
  })

  test('rejects the pending read of the stream when the call is aborted', async () => {
    const stop = new AbortController()
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Count to 50' }] }]
    const { stream } = await createOfflineModel({ wordDelayMs: 60_000 }).doStream({ prompt, abortSignal: stop.signal })
    const reader = stream.getReader()
    for (let index = 0; index < 3; index++) await reader.read()
    stop.abort()
    await expect(reader.read()).rejects.toThrow('aborted')
  })

  test('emits nothing if the signal was aborted before the call', async () => {
    const { deltas, ending } = await collect(callModel(models(0), { ...call('Hi'), signal: AbortSignal.abort() }))
    expect(deltas).toEqual([])
    expect(ending).toEqual({ type: 'aborted' })
  })
})
