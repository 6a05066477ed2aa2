import type { TokenUsage } from '@/lib/contract/ui-message'
import type { ModelPrices } from './model-facts'

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
