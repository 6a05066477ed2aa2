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
  /** Whether it can view images; null where nobody has said so, and it is tried. */
  vision: boolean | null
  /** `implicit`: it begins in its reasoning without an opening tag. Otherwise that is found out from its answers. */
  reasoning?: 'implicit'
  /** Null where nobody has said what a token costs. */
  prices: ModelPrices | null
}
