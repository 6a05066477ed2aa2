/*
 * The models that are offered, and the facts about them that the product calculates with. The catalog is created once
 * from the settings and frozen, so the process must be restarted after a setting has changed.
 */

import { z } from 'zod'
import type { ModelItem } from '@/lib/contract/api'
import type { Environment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { type ModelFacts, type ModelPrices, type ProviderName, parseModelId } from './model-facts'

export type ModelCatalog = {
  /** The list of `GET /api/models`: the default model, then the models of the catalog file, then the fallback. */
  offered: readonly Readonly<ModelItem>[]
  default: string
  /** The model that answers if the requested model fails. Null if none is configured. */
  fallback: string | null
  /** Returns the facts of a model that is offered and can be called. Null for every other id. */
  find(id: string): Readonly<ModelFacts> | null
  /** Like `find`, but throws `invalid_request` for the field `model` instead of returning null. */
  require(id: string): Readonly<ModelFacts>
}

/** The settings that determine which models are offered. */
export type ModelSettings = Pick<
  Environment,
  | 'CHAT_MODEL'
  | 'FALLBACK_MODEL'
  | 'OPENAI_BASE_URL'
  | 'OPENAI_API_KEY'
  | 'ANTHROPIC_API_KEY'
  | 'AI_GATEWAY_API_KEY'
  | 'MODEL_CATALOG_FILE'
>

/**
 * Creates the catalog. `fileText` is the content of MODEL_CATALOG_FILE, or null without one. Throws an Error that lists
 * every problem of the file, for the operator at boot.
 */
export function openCatalog(env: ModelSettings, fileText: string | null = null): ModelCatalog {
  const entries = fileText === null ? [] : parseCatalogFile(fileText)
  const fallback = env.FALLBACK_MODEL ?? null
  const ids = [...new Set([env.CHAT_MODEL, ...entries.map(({ id }) => id), ...(fallback === null ? [] : [fallback])])]
  const models = ids.map((id) =>
    describeModel(
      id,
      entries.find((entry) => entry.id === id),
    ),
  )
  const available = (model: ModelFacts) => isConfigured(model.provider, env)
  const find = (id: string) => models.find((model) => model.id === id && available(model)) ?? null
  return Object.freeze({
    offered: Object.freeze(
      models.map((model) => {
        const { id, name, provider, contextWindow, vision } = model
        return Object.freeze({ id, name, provider, contextWindow, vision, available: available(model) })
      }),
    ),
    default: env.CHAT_MODEL,
    fallback,
    find,
    require: (id) => {
      const model = find(id)
      if (model) return model
      throw new AppError('invalid_request', { fields: [{ path: 'model', message: 'is not one of GET /api/models' }] })
    },
  })
}

/** A field of the catalog file overrides our built-in fact. */
function describeModel(id: string, { id: _, ...overrides }: CatalogEntry = { id }): Readonly<ModelFacts> {
  const { provider, name } = parseModelId(id)
  const displayName = provider === 'offline' ? 'Demo (built in)' : name
  return Object.freeze({ id, provider, name: displayName, ...factsOf(name), ...overrides })
}

function isConfigured(provider: ProviderName, env: ModelSettings): boolean {
  switch (provider) {
    case 'offline':
      return true
    case 'anthropic':
      return env.ANTHROPIC_API_KEY !== undefined
    case 'gateway':
      return env.AI_GATEWAY_API_KEY !== undefined
    case 'openai':
      return env.OPENAI_BASE_URL !== undefined || env.OPENAI_API_KEY !== undefined
  }
}

const tokens = z.int('must be a whole number of tokens').min(256).max(100_000_000)
const usd = z.number('must be a number of USD').min(0).max(1_000_000)

const catalogEntry = z.strictObject({
  id: z.string('must be a model id as in CHAT_MODEL').min(1).max(200),
  name: z.string().min(1).max(100).exactOptional(),
  contextWindow: tokens.exactOptional(),
  maxOutputTokens: tokens.exactOptional(),
  tools: z.boolean('must be true or false').exactOptional(),
  vision: z.boolean('must be true or false').exactOptional(),
  reasoning: z.literal('implicit', 'must be "implicit" or left out').exactOptional(),
  prices: z
    .strictObject({ inputUsdPerMillion: usd, cachedInputUsdPerMillion: usd, outputUsdPerMillion: usd })
    .nullable()
    .exactOptional(),
})

/** An entry of the catalog file. A field that is left out keeps its built-in value. */
type CatalogEntry = z.output<typeof catalogEntry>

/** Parses the text of MODEL_CATALOG_FILE. Throws an Error that names every invalid entry and field. */
function parseCatalogFile(text: string): readonly CatalogEntry[] {
  const result = z.array(catalogEntry, 'must be an array').max(1000).safeParse(parseJson(text))
  if (!result.success) throw invalidFile(result.error.issues.map(({ path, message }) => `${placeOf(path)}${message}`))
  const ids = result.data.map(({ id }) => id)
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
  if (repeated.length > 0) throw invalidFile(repeated.map((id) => `${id} is listed more than once`))
  return result.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidFile(['is not JSON'], error)
  }
}

/** Formats a path like `[2].prices.outputUsdPerMillion: `. Empty for the file itself. */
const placeOf = (path: readonly PropertyKey[]) =>
  path.length === 0 ? '' : `${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}: `

const invalidFile = (problems: readonly string[], cause?: unknown) =>
  new Error(`MODEL_CATALOG_FILE:\n${problems.map((line) => `  ${line}`).join('\n')}`, { cause })

/**
 * Built-in facts about well-known models: context windows, answer limits and list prices as published on 2026-11-21.
 * MODEL_CATALOG_FILE overrides them. If a price rises with the length of the prompt, the value is the price of
 * prompts up to 100,000 tokens; our prompts are never longer.
 */
type KnownFacts = Readonly<Pick<ModelFacts, 'contextWindow' | 'maxOutputTokens' | 'tools' | 'vision' | 'prices'>>

/** USD per million tokens: [input, cached input, output]. */
type Prices = readonly [number, number, number]
type Row = { contextWindow: number; maxOutputTokens: number; usd?: Prices }

const oneMillion = 1_000_000

const models: Readonly<Record<string, Row>> = {
  offline: { contextWindow: 8192, maxOutputTokens: 2048, usd: [0, 0, 0] },
  'gpt-6-astra': { contextWindow: 1_050_000, maxOutputTokens: 128_000, usd: [10, 1, 50] },
  'gpt-6-sol': { contextWindow: 1_050_000, maxOutputTokens: 128_000, usd: [2, 0.2, 10] },
  'gpt-6-luna': { contextWindow: 1_050_000, maxOutputTokens: 128_000, usd: [0.1, 0.01, 0.5] },
  'gpt-4.1': { contextWindow: 1_047_576, maxOutputTokens: 32_768, usd: [2, 0.5, 8] },
  'gpt-4.1-mini': { contextWindow: 1_047_576, maxOutputTokens: 32_768, usd: [0.4, 0.1, 1.6] },
  'gpt-4o-mini': { contextWindow: 128_000, maxOutputTokens: 16_384, usd: [0.15, 0.075, 0.6] },
  'claude-fable-5-1': { contextWindow: oneMillion, maxOutputTokens: 128_000, usd: [10, 0.25, 50] },
  'claude-opus-5-5': { contextWindow: oneMillion, maxOutputTokens: 128_000, usd: [4, 0.2, 20] },
  'claude-sonnet-5-5': { contextWindow: oneMillion, maxOutputTokens: 128_000, usd: [2, 0.1, 10] },
  'claude-haiku-5-5': { contextWindow: oneMillion, maxOutputTokens: 128_000, usd: [0.1, 0.01, 0.5] },
  'claude-opus-4-5': { contextWindow: 200_000, maxOutputTokens: 64_000, usd: [5, 0.5, 25] },
  'claude-sonnet-4-5': { contextWindow: 200_000, maxOutputTokens: 64_000, usd: [3, 0.3, 15] },
  'claude-haiku-4-5': { contextWindow: 200_000, maxOutputTokens: 64_000, usd: [1, 0.1, 5] },
}

/**
 * Names of models at Ollama, without tags. Ollama rejects a request with tools if the model's template does not support
 * them, and a request with images if the model only reads text.
 */
const ollamaFamilies: Readonly<Record<string, Partial<Pick<KnownFacts, 'tools' | 'vision'>>>> = {
  'deepseek-r1': { tools: false, vision: false },
  gemma3: { tools: false },
  'gpt-oss': { vision: false },
  'llama3.1': { vision: false },
  'llama3.2': { vision: false },
  'llama3.3': { vision: false },
  mistral: { vision: false },
  phi4: { tools: false, vision: false },
  'qwen2.5': { vision: false },
  qwen3: { vision: false },
}

/**
 * Ollama limits every model to 4096 tokens on machines with less than 24 GiB of video memory. It silently drops the
 * excess, the system prompt first. An operator who sets OLLAMA_CONTEXT_LENGTH should set the same value in
 * MODEL_CATALOG_FILE.
 */
const ollamaFacts: KnownFacts = Object.freeze({
  contextWindow: 4096,
  maxOutputTokens: 1024,
  tools: true,
  vision: null,
  prices: null,
})

/** The smallest window that is common among servers. A value that is too small only shortens the history. */
const unknownFacts: KnownFacts = Object.freeze({
  contextWindow: 8192,
  maxOutputTokens: 2048,
  tools: true,
  vision: null,
  prices: null,
})

/**
 * No call requests a longer answer, because a call times out after 120 s, in which models write about this many
 * tokens.
 */
const maxAnswerTokens = 16_384

/**
 * Returns the facts by the provider's name for the model, e.g. `claude-opus-4-5-20251101`, `openai/gpt-4.1` or
 * `llama3.2:3b`.
 */
function factsOf(name: string): KnownFacts {
  const plain = name.replace(/^(openai|anthropic)\//, '').replace(/-\d{4}-?\d{2}-?\d{2}$/, '')
  // Routers write the versions of Anthropic's models with a dot. Anthropic writes them with a dash.
  const row = [plain, plain.replaceAll('.', '-')].flatMap((key) => ownRow(models, key))[0]
  if (row) {
    const maxOutputTokens = Math.min(row.maxOutputTokens, maxAnswerTokens)
    return {
      contextWindow: row.contextWindow,
      maxOutputTokens,
      tools: true,
      // Every hosted model in the table views images. The built-in model handles them itself.
      vision: plain === 'offline' ? null : true,
      prices: row.usd ? pricesOf(row.usd) : null,
    }
  }
  const family = name.replace(/:.*$/, '')
  return Object.hasOwn(ollamaFamilies, family) ? { ...ollamaFacts, ...ollamaFamilies[family] } : unknownFacts
}

const ownRow = (table: Readonly<Record<string, Row>>, key: string): Row[] => {
  const row = Object.hasOwn(table, key) ? table[key] : undefined
  return row ? [row] : []
}

const pricesOf = ([inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion]: Prices): ModelPrices => ({
  inputUsdPerMillion,
  cachedInputUsdPerMillion,
  outputUsdPerMillion,
})
