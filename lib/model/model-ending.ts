import type { FinishReason, LanguageModelUsage } from 'ai'
import type { TokenUsage } from '@/lib/contract/ui-message'
import { classifyModelError, type ModelFailure } from './classify-model-error'
import { callCostUsd, type ModelFacts } from './model-facts'
import type { SkippedKind } from './stream-notes'

/** The usage and cost of one or more calls. */
export type CallUsage = { usage: TokenUsage | null; costUsd: number | null }

/** How a call ended. `usage` is null if the provider reported none. `costUsd` is also null if the price is unknown. */
export type ModelEnding = (
  | ({ type: 'end'; finish: Finish } & CallUsage)
  | ({ type: 'failed' } & ModelFailure)
  | { type: 'aborted' }
) & {
  /** The fallback model, if it answered instead of the requested model. */
  answeredBy?: string
  /** The usage of the earlier calls, if an answer needed several calls and the last one failed or was aborted. */
  spent?: CallUsage
  /** The number of skipped chunks of the provider's stream by kind. Missing if none were skipped. */
  skipped?: ReadonlyMap<SkippedKind, number>
}

/** `tool-calls`: the model waits for the results of its tool calls. */
type Finish = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'

/** Returns the ending of a call whose events stopped without an ending. */
export const incompleteCall = (): ModelEnding => ({
  type: 'failed',
  code: 'provider_cut',
  retryAfterSeconds: null,
  cause: new Error('The call has no end.'),
})

/** Interprets a provider's finish reason. `started`: whether there was any output before it. */
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

/** Null if the call has failed. An answer without output is a failure unless a limit or a filter removed the output. */
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

/** Converts the SDK's usage. Null if a count is missing or is not a valid number of tokens. */
export function tokenUsage(usage: LanguageModelUsage): TokenUsage | null {
  const { inputTokens, outputTokens } = usage
  const cachedInputTokens = usage.inputTokenDetails.cacheReadTokens ?? 0
  if (!isCount(inputTokens) || !isCount(outputTokens) || !isCount(cachedInputTokens)) return null
  return { inputTokens, cachedInputTokens: Math.min(cachedInputTokens, inputTokens), outputTokens }
}

const isCount = (tokens: number | undefined): tokens is number => Number.isSafeInteger(tokens) && Number(tokens) >= 0
