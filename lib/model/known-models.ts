/**
 * What is known of well-known models without asking anybody. Windows, answer limits and list prices as published on
 * 2026-11-21; MODEL_CATALOG_FILE overrides any of it. Prices that rise with the prompt's length are those of prompts up
 * to 100,000 tokens, and no prompt of ours is longer.
 */
import type { ModelFacts, ModelPrices } from './model-facts'

export type KnownFacts = Readonly<Pick<ModelFacts, 'contextWindow' | 'maxOutputTokens' | 'tools' | 'vision' | 'prices'>>

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
 * Whatever these models could read, Ollama gives them 4096 tokens below 24 GiB of video memory, and drops what is over
 * it without a word, the system prompt first. Who sets OLLAMA_CONTEXT_LENGTH says so in MODEL_CATALOG_FILE.
 */
const ollamaFacts: KnownFacts = Object.freeze({
  contextWindow: 4096,
  maxOutputTokens: 1024,
  tools: true,
  vision: null,
  prices: null,
})

/** The smallest window that servers commonly give a model nobody has described; too little only shortens the history. */
const unknownFacts: KnownFacts = Object.freeze({
  contextWindow: 8192,
  maxOutputTokens: 2048,
  tools: true,
  vision: null,
  prices: null,
})

/** No answer is asked to be longer, whatever the model could: a call ends after 120 s, which is about this many tokens. */
const mostOutputTokens = 16_384

/** Facts by the provider's name for the model, e.g. `claude-opus-4-5-20251101`, `openai/gpt-4.1` or `llama3.2:3b`. */
export function factsOf(name: string): KnownFacts {
  const plain = name.replace(/^(openai|anthropic)\//, '').replace(/-\d{4}-?\d{2}-?\d{2}$/, '')
  // Routers write Anthropic's versions with a dot, Anthropic with a dash.
  const row = [plain, plain.replaceAll('.', '-')].flatMap((key) => own(models, key))[0]
  if (row) {
    const maxOutputTokens = Math.min(row.maxOutputTokens, mostOutputTokens)
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

const own = (table: Readonly<Record<string, Row>>, key: string): Row[] => {
  const row = Object.hasOwn(table, key) ? table[key] : undefined
  return row ? [row] : []
}

const pricesOf = ([inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion]: Prices): ModelPrices => ({
  inputUsdPerMillion,
  cachedInputUsdPerMillion,
  outputUsdPerMillion,
})
