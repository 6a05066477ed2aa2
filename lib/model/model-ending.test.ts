import { setTimeout as pause } from 'node:timers/promises'
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { expect, test, vi } from 'vitest'
import { callModel, type ModelEvent } from './call-model'
import { connectModels } from './connect'

const usage = {
  inputTokens: { total: 8, noCache: 2, cacheRead: 6, cacheWrite: undefined },
  outputTokens: { total: 4, text: 4, reasoning: undefined },
}
const text: LanguageModelV4StreamPart[] = [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Yes' },
]
const finish = (unified: 'stop' | 'error' | 'interrupted' | 'other' | 'content-filter' | 'length') =>
  ({ type: 'finish', finishReason: { unified, raw: undefined }, usage }) satisfies LanguageModelV4StreamPart

type Tail = 'end' | 'late end' | 'silence' | 'break'

/** Calls a model whose stream has these parts and then ends as `tail` describes. The stream ignores aborts. */
async function endOf(parts: readonly LanguageModelV4StreamPart[], tail: Tail = 'end', chunkMs = 60_000) {
  const left = [...parts]
  const canceled = vi.fn()
  const stream = () =>
    new ReadableStream<LanguageModelV4StreamPart>({
      pull: async (controller) => {
        const part = left.shift()
        if (part) return controller.enqueue(part)
        if (tail === 'break') throw new Error('socket hang up')
        if (tail !== 'end') await pause(tail === 'late end' ? 50 : 60_000, undefined, { ref: false })
        controller.close()
      },
      cancel: canceled,
    })
  const model: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider: 'parts',
    modelId: 'parts',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('unexpected call')),
    doStream: async () => ({ stream: stream() }),
  }
  const { catalog } = connectModels({ CHAT_MODEL: 'gpt-4.1', OPENAI_API_KEY: 'sk' })
  const events: ModelEvent[] = []
  const call = callModel(
    { catalog, languageModel: async () => model, prefixHints: () => null },
    {
      modelId: 'gpt-4.1',
      instructions: 'x',
      messages: [{ role: 'user', content: 'y' }],
      signal: new AbortController().signal,
      timeouts: { firstChunkMs: 60_000, chunkMs, totalMs: 60_000 },
    },
  )
  for await (const event of call) events.push(event)
  return { ending: events.at(-1), canceled }
}

test.each([
  ['stop', { type: 'end', finish: 'stop' }, { type: 'failed', code: 'provider_error' }],
  ['other', { type: 'end', finish: 'other' }, { type: 'failed', code: 'provider_error' }],
  ['length', { type: 'end', finish: 'length' }, { type: 'end', finish: 'length' }],
  ['content-filter', { type: 'end', finish: 'content-filter' }, { type: 'end', finish: 'content-filter' }],
  ['error', { type: 'failed', code: 'provider_cut' }, { type: 'failed', code: 'provider_error' }],
  ['interrupted', { type: 'failed', code: 'provider_cut' }, { type: 'failed', code: 'provider_error' }],
] as const)('handles the finish reason %s after output and without output', async (reason, after, without) => {
  expect((await endOf([...text, finish(reason)])).ending).toMatchObject(after)
  expect((await endOf([finish(reason)])).ending).toMatchObject(without)
})

test('classifies a stream without a finish reason as cut, or as an error if it has no output', async () => {
  expect((await endOf(text)).ending).toMatchObject({ type: 'failed', code: 'provider_cut' })
  expect((await endOf([])).ending).toMatchObject({ type: 'failed', code: 'provider_error' })
})

test('reads the stream to its end, so that the connection can be reused', async () => {
  const { ending, canceled } = await endOf([...text, finish('stop')], 'late end')
  expect(ending).toMatchObject({ type: 'end' })
  expect(canceled).not.toHaveBeenCalled()
})

test('ignores an error of the stream after the finish reason', async () => {
  expect((await endOf([...text, finish('stop')], 'break')).ending).toMatchObject({ type: 'end', finish: 'stop' })
  expect((await endOf(text, 'break')).ending).toMatchObject({ type: 'failed', code: 'provider_cut' })
})

test('releases a stream that never ends and ignores its signal', async () => {
  expect((await endOf(text, 'silence', 50)).ending).toMatchObject({ type: 'failed', code: 'provider_timeout' })
  expect((await endOf([...text, finish('stop')], 'silence', 50)).ending).toMatchObject({ type: 'end', finish: 'stop' })
})

test('reports cached input and charges its own price', async () => {
  expect((await endOf([...text, finish('stop')])).ending).toMatchObject({
    usage: { inputTokens: 8, cachedInputTokens: 6, outputTokens: 4 },
    costUsd: (2 * 2 + 6 * 0.5 + 4 * 8) / 1_000_000,
  })
})
