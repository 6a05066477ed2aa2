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

type Behind = 'end' | 'late end' | 'silence' | 'break'

/** Calls a model whose stream is just these parts, and what is behind them. It listens to no abort. */
async function endOf(parts: readonly LanguageModelV4StreamPart[], behind: Behind = 'end', chunkMs = 60_000) {
  const left = [...parts]
  const cancelled = vi.fn()
  const stream = () =>
    new ReadableStream<LanguageModelV4StreamPart>({
      pull: async (controller) => {
        const part = left.shift()
        if (part) return controller.enqueue(part)
        if (behind === 'break') throw new Error('socket hang up')
        if (behind !== 'end') await pause(behind === 'late end' ? 50 : 60_000, undefined, { ref: false })
        controller.close()
      },
      cancel: cancelled,
    })
  const model: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider: 'parts',
    modelId: 'parts',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('not asked for')),
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
  return { ending: events.at(-1), cancelled }
}

test.each([
  ['stop', { type: 'end', finish: 'stop' }, { type: 'failed', code: 'provider_error' }],
  ['other', { type: 'end', finish: 'other' }, { type: 'failed', code: 'provider_error' }],
  ['length', { type: 'end', finish: 'length' }, { type: 'end', finish: 'length' }],
  ['content-filter', { type: 'end', finish: 'content-filter' }, { type: 'end', finish: 'content-filter' }],
  ['error', { type: 'failed', code: 'provider_cut' }, { type: 'failed', code: 'provider_error' }],
  ['interrupted', { type: 'failed', code: 'provider_cut' }, { type: 'failed', code: 'provider_error' }],
] as const)('%s after words, and without any', async (reason, after, without) => {
  expect((await endOf([...text, finish(reason)])).ending).toMatchObject(after)
  expect((await endOf([finish(reason)])).ending).toMatchObject(without)
})

test('no last word at all is a cut, or an error where there was no first', async () => {
  expect((await endOf(text)).ending).toMatchObject({ type: 'failed', code: 'provider_cut' })
  expect((await endOf([])).ending).toMatchObject({ type: 'failed', code: 'provider_error' })
})

test('the stream is read on to its end, so that the connection can be used again', async () => {
  const { ending, cancelled } = await endOf([...text, finish('stop')], 'late end')
  expect(ending).toMatchObject({ type: 'end' })
  expect(cancelled).not.toHaveBeenCalled()
})

test('what breaks behind the last word breaks nothing', async () => {
  expect((await endOf([...text, finish('stop')], 'break')).ending).toMatchObject({ type: 'end', finish: 'stop' })
  expect((await endOf(text, 'break')).ending).toMatchObject({ type: 'failed', code: 'provider_cut' })
})

test('a stream that never ends and listens to nobody is let go', async () => {
  expect((await endOf(text, 'silence', 50)).ending).toMatchObject({ type: 'failed', code: 'provider_timeout' })
  expect((await endOf([...text, finish('stop')], 'silence', 50)).ending).toMatchObject({ type: 'end', finish: 'stop' })
})

test('cached input is counted and paid as such', async () => {
  expect((await endOf([...text, finish('stop')])).ending).toMatchObject({
    usage: { inputTokens: 8, cachedInputTokens: 6, outputTokens: 4 },
    costUsd: (2 * 2 + 6 * 0.5 + 4 * 8) / 1_000_000,
  })
})
