import type { TokenUsage } from '@/lib/contract/ui-message'

/** List prices in USD per million tokens. */
export type ModelPrices = {
  inputUsdPerMillion: number
  cachedInputUsdPerMillion: number
  outputUsdPerMillion: number
}

export type ModelFacts = {
  /** As settings and clients name it, the provider's prefix included. */
  id: string
  name: string
  provider: ProviderName
  /** Tokens of prompt and answer together. */
  contextWindow: number
  /** The most tokens an answer is asked for. */
  maxOutputTokens: number
  /** Whether it can call tools. */
  tools: boolean
  /** Whether it can view images. Null if unknown; then images are tried. */
  vision: boolean | null
  /**
   * `implicit`: the model begins inside its reasoning, without an opening tag. Otherwise this is detected from its
   * answers.
   */
  reasoning?: 'implicit'
  /** Null where nobody has said what a token costs. */
  prices: ModelPrices | null
}

export type ProviderName = 'openai' | 'anthropic' | 'gateway' | 'offline'

/**
 * Splits a model's id into its provider and the name that provider knows it by. Only our own prefixes are read: names of
 * Ollama have colons of their own (`llama3.2:3b`), and every name without a prefix goes to the OpenAI-compatible endpoint.
 */
export function parseModelId(id: string): { provider: ProviderName; name: string } {
  if (id === 'offline') return { provider: 'offline', name: 'offline' }
  for (const provider of ['anthropic', 'gateway'] as const) {
    if (id.startsWith(`${provider}:`)) return { provider, name: id.slice(provider.length + 1) }
  }
  return { provider: 'openai', name: id }
}

/** What a call cost in USD by list price, or null where the price or the usage is not known. */
export function callCostUsd(usage: TokenUsage | null, prices: Readonly<ModelPrices> | null): number | null {
  if (!usage || !prices) return null
  const fullPrice = usage.inputTokens - usage.cachedInputTokens
  return (
    (fullPrice * prices.inputUsdPerMillion +
      usage.cachedInputTokens * prices.cachedInputUsdPerMillion +
      usage.outputTokens * prices.outputUsdPerMillion) /
    1_000_000
  )
}
