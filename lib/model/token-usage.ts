import type { LanguageModelUsage } from 'ai'
import type { TokenUsage } from '@/lib/contract/ui-message'

/** Usage as the product counts it; null where the provider did not say, or said something that cannot be. */
export function tokenUsage(usage: LanguageModelUsage): TokenUsage | null {
  const { inputTokens, outputTokens } = usage
  const cachedInputTokens = usage.inputTokenDetails.cacheReadTokens ?? 0
  if (!isCount(inputTokens) || !isCount(outputTokens) || !isCount(cachedInputTokens)) return null
  return { inputTokens, cachedInputTokens: Math.min(cachedInputTokens, inputTokens), outputTokens }
}

const isCount = (tokens: number | undefined): tokens is number => Number.isSafeInteger(tokens) && Number(tokens) >= 0
