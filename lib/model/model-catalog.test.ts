import { describe, expect, test } from 'vitest'
import { connectModels } from './connect'
import { openCatalog } from './model-catalog'

const openai = { OPENAI_API_KEY: 'sk-test' }
const file = (...entries: unknown[]) => JSON.stringify(entries)

describe('openCatalog: providers', () => {
  test.each([
    ['gpt-4.1', 'openai'],
    ['llama3.2:3b', 'openai'],
    ['openai/gpt-4.1', 'openai'],
    ['hf.co/anthropic:thing', 'openai'],
    ['anthropic:claude-opus-5-5', 'anthropic'],
    ['gateway:openai/gpt-4.1', 'gateway'],
    ['offline', 'offline'],
    ['offline-2', 'openai'],
  ])('determines that the provider of %s is %s', (id, provider) => {
    const catalog = openCatalog({ ...openai, CHAT_MODEL: id, ANTHROPIC_API_KEY: 'a', AI_GATEWAY_API_KEY: 'g' })
    expect(catalog.require(id)).toMatchObject({ id, provider })
    expect(catalog.default).toBe(id)
  })
})

describe('openCatalog: facts', () => {
  const facts = (id: string, text?: string) =>
    openCatalog({ ...openai, CHAT_MODEL: id, ANTHROPIC_API_KEY: 'a', AI_GATEWAY_API_KEY: 'g' }, text).require(id)

  test.each([
    ['gpt-4.1-mini', 1_047_576, 16_384, 0.4],
    ['gpt-4.1-mini-2025-04-14', 1_047_576, 16_384, 0.4],
    ['gateway:openai/gpt-4.1-mini', 1_047_576, 16_384, 0.4],
    ['anthropic:claude-haiku-4-5', 200_000, 16_384, 1],
    ['anthropic:claude-haiku-4-5-20251001', 200_000, 16_384, 1],
    ['gateway:anthropic/claude-haiku-4.5', 200_000, 16_384, 1],
    ['offline', 8192, 2048, 0],
    ['llama3.2:3b', 4096, 1024, undefined],
    ['never-heard-of', 8192, 2048, undefined],
    ['constructor', 8192, 2048, undefined],
  ])(
    'knows %s with a window of %d tokens, answers of %d tokens and an input price of %s',
    (id, contextWindow, maxOutputTokens, inputUsdPerMillion) => {
      const known = facts(id)
      expect(known).toMatchObject({ contextWindow, maxOutputTokens })
      expect(known.prices?.inputUsdPerMillion).toBe(inputUsdPerMillion)
    },
  )

  test('overrides built-in facts with the fields of the catalog file', () => {
    const prices = { inputUsdPerMillion: 1, cachedInputUsdPerMillion: 0.5, outputUsdPerMillion: 2 }
    const text = file({ id: 'gpt-4.1', name: 'Four', prices })
    expect(facts('gpt-4.1', text)).toEqual({
      id: 'gpt-4.1',
      name: 'Four',
      provider: 'openai',
      contextWindow: 1_047_576,
      maxOutputTokens: 16_384,
      tools: true,
      vision: true,
      prices,
    })
    expect(facts('gpt-4.1', file({ id: 'gpt-4.1', vision: false })).vision).toBe(false)
    expect(facts('qwen3:8b', file({ id: 'qwen3:8b' })).vision).toBe(false)
    expect(facts('own-model', file({ id: 'own-model' })).vision).toBeNull()
    expect(facts('gpt-4.1', file({ id: 'gpt-4.1', tools: false })).tools).toBe(false)
    expect(facts('gemma3:4b', file({ id: 'gemma3:4b' })).tools).toBe(false)
    expect(facts('gpt-4.1', file({ id: 'gpt-4.1', prices: null })).prices).toBeNull()
    expect(facts('llama3.2:3b', file({ id: 'llama3.2:3b', contextWindow: 32_000 }))).toMatchObject({
      contextWindow: 32_000,
      maxOutputTokens: 1024,
    })
  })
})

describe('openCatalog: offered models', () => {
  const text = file({ id: 'anthropic:claude-opus-5-5', name: 'Opus' }, { id: 'offline' }, { id: 'gpt-4.1' })
  const catalog = openCatalog({ ...openai, CHAT_MODEL: 'gpt-4.1' }, text)

  test('offers the default model and the entries of the catalog file, each once, with their availability', () => {
    expect(catalog.offered).toEqual([
      { id: 'gpt-4.1', name: 'gpt-4.1', provider: 'openai', contextWindow: 1_047_576, vision: true, available: true },
      {
        id: 'anthropic:claude-opus-5-5',
        name: 'Opus',
        provider: 'anthropic',
        contextWindow: 1_000_000,
        vision: true,
        available: false,
      },
      {
        id: 'offline',
        name: 'Demo (built in)',
        provider: 'offline',
        contextWindow: 8192,
        vision: null,
        available: true,
      },
    ])
  })

  test('offers the fallback as the last model unless it is listed already', () => {
    expect(catalog.fallback).toBeNull()
    const withFallback = (id: string) => openCatalog({ ...openai, CHAT_MODEL: 'gpt-4.1', FALLBACK_MODEL: id }, text)
    expect(withFallback('gpt-4.1-mini')).toMatchObject({ fallback: 'gpt-4.1-mini' })
    expect(withFallback('gpt-4.1-mini').offered.at(-1)).toMatchObject({ id: 'gpt-4.1-mini', available: true })
    expect(withFallback('offline').offered).toEqual(catalog.offered)
  })

  test('finds only models that are offered and available', () => {
    expect(catalog.find('offline')?.id).toBe('offline')
    for (const id of ['anthropic:claude-opus-5-5', 'gpt-4.1-mini', '', 'toString']) {
      expect(catalog.find(id)).toBeNull()
      expect(() => catalog.require(id)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    }
  })

  test('freezes the offered models and their facts', () => {
    expect(Object.isFrozen(catalog.offered)).toBe(true)
    expect(catalog.offered.every(Object.isFrozen)).toBe(true)
    expect(Object.isFrozen(catalog.find('offline'))).toBe(true)
  })
})

describe('openCatalog: invalid files', () => {
  const good = { id: 'm' }
  test.each([
    ['invalid JSON', '[{"id": ', 'is not JSON'],
    ['an object instead of an array', '{}', 'must be an array'],
    [
      'a field of the wrong type',
      file(good, { id: 'n', contextWindow: '8k' }),
      '[1].contextWindow: must be a whole number',
    ],
    [
      'a negative price',
      file({ ...good, prices: { inputUsdPerMillion: -1, cachedInputUsdPerMillion: 0, outputUsdPerMillion: 0 } }),
      '[0].prices.inputUsdPerMillion',
    ],
    ['an incomplete price', file({ ...good, prices: { inputUsdPerMillion: 1 } }), '[0].prices.outputUsdPerMillion'],
    ['a missing id', file({ name: 'x' }), '[0].id: must be a model id'],
    ['an unknown field', file({ ...good, contextLength: 8192 }), 'contextLength'],
    ['a window too small for a prompt', file({ ...good, contextWindow: 8 }), '[0].contextWindow'],
    ['a repeated id', file(good, good), 'm is listed more than once'],
  ])('rejects a catalog file with %s and reports the problem', (_, text, problem) => {
    const open = () => openCatalog({ CHAT_MODEL: 'offline' }, text)
    expect(open).toThrow(/^MODEL_CATALOG_FILE:/)
    expect(open).toThrow(problem)
  })

  test('reports the name of the setting if the catalog file cannot be read', () => {
    expect(() => connectModels({ CHAT_MODEL: 'offline', MODEL_CATALOG_FILE: '/nowhere/models.json' })).toThrow(
      'MODEL_CATALOG_FILE: cannot be read',
    )
  })
})
