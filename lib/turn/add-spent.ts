import type { TokenUsage } from '@/lib/contract/ui-message'
import type { Spent } from '@/lib/model/model-ending'

export const nothingSpent: Spent = Object.freeze({ usage: null, costUsd: null })

/** What two calls took together. What is not known of one is left out, and nothing is known where neither is. */
export function addSpent(one: Spent, other: Spent): Spent {
  return {
    usage: one.usage && other.usage ? addUsage(one.usage, other.usage) : (one.usage ?? other.usage),
    costUsd: one.costUsd === null && other.costUsd === null ? null : (one.costUsd ?? 0) + (other.costUsd ?? 0),
  }
}

const addUsage = (one: TokenUsage, other: TokenUsage): TokenUsage => ({
  inputTokens: one.inputTokens + other.inputTokens,
  cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
})
