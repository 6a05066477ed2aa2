import type { ProviderName } from './parse-model-id'

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
