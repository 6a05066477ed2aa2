import type { FinishReason, LanguageModelUsage } from 'ai'
import type { TokenUsage } from '@/lib/contract/ui-message'
import { classifyModelError, type ModelFailure } from './classify-model-error'
import type { SkippedKind } from './model-chunk'
import { callCostUsd, type ModelFacts } from './model-facts'

/** What calls took. */
export type CallUsage = { usage: TokenUsage | null; costUsd: number | null }

/** How a call ended. `usage` is null where the provider did not count, `costUsd` where it has no price as well. */
export type ModelEnding = (
  | ({ type: 'end'; finish: Finish } & CallUsage)
  | ({ type: 'failed' } & ModelFailure)
  | { type: 'aborted' }
) & {
  /** The fallback model, where the answer is its and not that of the model that was asked. */
  answeredBy?: string
  /** Where an answer took several calls and the last did not come to an end: what those before it took. */
  spent?: CallUsage
  /** The number of skipped chunks of the provider's stream by kind. Missing if none were skipped. */
  skipped?: ReadonlyMap<SkippedKind, number>
}

/** `tool-calls`: the model waits for what the tools that it called answer. */
type Finish = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'

/** The end of a call that says no more, and not how it ended. */
export const incompleteCall = (): ModelEnding => ({
  type: 'failed',
  code: 'provider_cut',
  retryAfterSeconds: null,
  cause: new Error('The call has no end.'),
})

/** What a provider's own last word means. `started`: whether there was an answer before it. */
export function modelEnding(
  reason: FinishReason,
  counted: LanguageModelUsage,
  facts: Readonly<ModelFacts>,
  started: boolean,
): ModelEnding {
  const finish = finishOf(reason, started)
  if (finish) {
    const usage = tokenUsage(counted)
    return { type: 'end', finish, usage, costUsd: callCostUsd(usage, facts.prices) }
  }
  const error = new Error(started ? 'The answer has no end.' : 'The answer is empty.')
  return { type: 'failed', ...classifyModelError(error, { started, timedOut: false }) }
}

/** Null where it is none: an answer without a word is no answer, unless a limit or a filter took the words. */
function finishOf(reason: FinishReason, started: boolean): Finish | null {
  switch (reason) {
    case 'length':
    case 'content-filter':
      return reason
    case 'stop':
      return started ? 'stop' : null
    case 'tool-calls':
    case 'other':
      return started ? reason : null
    case 'error':
    case 'interrupted':
      return null
  }
}

/** Usage as the product counts it; null where the provider did not say, or said something that cannot be. */
export function tokenUsage(usage: LanguageModelUsage): TokenUsage | null {
  const { inputTokens, outputTokens } = usage
  const cachedInputTokens = usage.inputTokenDetails.cacheReadTokens ?? 0
  if (!isCount(inputTokens) || !isCount(outputTokens) || !isCount(cachedInputTokens)) return null
  return { inputTokens, cachedInputTokens: Math.min(cachedInputTokens, inputTokens), outputTokens }
}

const isCount = (tokens: number | undefined): tokens is number => Number.isSafeInteger(tokens) && Number(tokens) >= 0
