import type { TokenUsage } from '@/lib/contract/ui-message'

/** List prices in USD per million tokens. */
export type ModelPrices = {
  inputUsdPerMillion: number
  cachedInputUsdPerMillion: number
  outputUsdPerMillion: number
}

export type ModelFacts = {
  /** The id in settings and requests, including the prefix of the provider. */
  id: string
  name: string
  provider: ProviderName
  /** The maximum number of tokens of prompt and answer together. */
  contextWindow: number
  /** The maximum number of tokens that a call may request for its answer. */
  maxOutputTokens: number
  /** Whether the model can call tools. */
  tools: boolean
  /**
   * Whether the model can view images. If unknown (null), images are sent, and a refused call is retried without
   * them.
   */
  vision: boolean | null
  /**
   * `implicit`: the model begins inside its reasoning, without an opening tag. Otherwise this is detected from its
   * answers.
   */
  reasoning?: 'implicit'
  /** Null if the prices are unknown. */
  prices: ModelPrices | null
}

export type ProviderName = 'openai' | 'anthropic' | 'gateway' | 'offline'

/**
 * Splits a model's id into the provider and the provider's name for the model. Only our own prefixes are removed,
 * because names of Ollama contain colons themselves (`llama3.2:3b`). An id without a prefix belongs to the
 * OpenAI-compatible endpoint.
 */
export function parseModelId(id: string): { provider: ProviderName; name: string } {
  if (id === 'offline') return { provider: 'offline', name: 'offline' }
  for (const provider of ['anthropic', 'gateway'] as const) {
    if (id.startsWith(`${provider}:`)) return { provider, name: id.slice(provider.length + 1) }
  }
  return { provider: 'openai', name: id }
}

/** Returns the cost of a call in USD by list price. Null if the price or the usage is unknown. */
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
