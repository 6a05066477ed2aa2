import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { callModel } from './call-model'
import { connectModels } from './connect'

const keys = { OPENAI_API_KEY: 'sk-o', ANTHROPIC_API_KEY: 'sk-a', AI_GATEWAY_API_KEY: 'sk-g' }

test.each([
  ['gpt-4.1', 'openai.chat', 'gpt-4.1'],
  ['anthropic:claude-opus-5-5', 'anthropic.messages', 'claude-opus-5-5'],
  ['gateway:openai/gpt-4.1', 'gateway', 'openai/gpt-4.1'],
  ['offline', 'offline', 'offline'],
])('opens %s as a model of the provider %s', async (id, provider, modelId) => {
  const model = await connectModels({ ...keys, CHAT_MODEL: id }).languageModel(id)
  expect(model).toMatchObject({ specificationVersion: 'v4', provider, modelId })
})

test('rejects a model that is not offered', async () => {
  const models = connectModels({ ...keys, CHAT_MODEL: 'gpt-4.1' })
  await expect(models.languageModel('anthropic:claude-opus-5-5')).rejects.toMatchObject({ code: 'invalid_request' })
})

test('reads the catalog file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = join(directory, 'models.json')
  await writeFile(file, JSON.stringify([{ id: 'llama3.2:3b', contextWindow: 16_000 }]))
  const { catalog } = connectModels({ ...keys, CHAT_MODEL: 'gpt-4.1', MODEL_CATALOG_FILE: file })
  expect(catalog.find('llama3.2:3b')?.contextWindow).toBe(16_000)
})

test.each([
  [undefined, 'https://api.openai.com/v1/chat/completions', 'max_completion_tokens'],
  ['https://models.example/v1/', 'https://models.example/v1/chat/completions', 'max_tokens'],
])('with the base URL %s, sends the request to %s with its limit in %s', async (baseUrl, url, limit) => {
  const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network in tests'))
  const models = connectModels({ ...keys, CHAT_MODEL: 'gpt-4.1', ...(baseUrl && { OPENAI_BASE_URL: baseUrl }) })
  const call = { modelId: 'gpt-4.1', instructions: 'x', messages: [{ role: 'user' as const, content: 'y' }] }
  for await (const _ of callModel(models, { ...call, signal: new AbortController().signal }));
  const [called, options] = fetched.mock.calls[0] ?? []
  expect(String(called)).toBe(url)
  const body = JSON.parse(String(options?.body))
  expect(Object.keys(body).filter((key) => key.startsWith('max_'))).toEqual([limit])
  expect(body[limit]).toBe(16_384)
})
