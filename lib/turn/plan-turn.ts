import type { Needs, RequestContext } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import { estimatePartTokens, estimateTokens, type HistoryBudget, historyBudget } from '@/lib/history/replay-history'
import { type MessageId, mintId } from '@/lib/ids'
import type { ModelFacts } from '@/lib/model/model-facts'
import { buildPromptPrefix, type PromptPrefix } from '@/lib/prompt/prompt-prefix'
import { chatToolKit } from './tools/chat-tools'
import type { TurnRequest } from './turn-request'
import type { TurnState } from './turn-state'

/** What is decided before anything is written: who answers, with what before the question, and what the cache may do. */
export type TurnPlan = {
  /** Of the row that the answer will be. */
  answerId: MessageId
  model: string
  prefix: PromptPrefix
  budget: HistoryBudget
  question: ChatPart[]
  answerCache: Preferences['answerCache']
}

/**
 * Throws `not_found` for a message to regenerate that is not there, `invalid_request` for a model that is not offered.
 * A preferred model that is no longer offered gives way to the default; one that was asked for by name does not.
 */
export function planTurn(
  { model: models, settings }: Needs<'model' | 'settings'>,
  request: TurnRequest,
  state: TurnState,
): TurnPlan {
  const question = request.trigger === 'submit-message' ? request.message.parts : state.question?.parts
  if (!question) throw new AppError('not_found')
  const { catalog } = models
  const asked = request.model === undefined ? null : catalog.require(request.model)
  const preferred = state.preferredModel === null ? null : catalog.find(state.preferredModel)
  const facts = asked ?? preferred ?? catalog.require(catalog.default)
  const chosen = state.answerCache ?? settings.answerCacheDefault
  const isTemporary = state.temporary ?? (request.trigger === 'submit-message' && request.temporary)
  // What is gone tomorrow must not live on as somebody else's answer.
  const answerCache = isTemporary && chosen === 'shared' ? 'private' : chosen
  return { answerId: mintId<MessageId>(), ...planPrompt(settings, facts, question), question, answerCache }
}

/** What stands before the question when this model is asked it. */
export function planPrompt(
  { systemPrompt, mcpServers }: RequestContext['settings'],
  facts: Readonly<ModelFacts>,
  question: readonly ChatPart[],
): Pick<TurnPlan, 'model' | 'prefix' | 'budget'> {
  const prefix = buildPromptPrefix(systemPrompt, facts.tools ? chatToolKit : null, mcpServers)
  const budget = historyBudget({
    contextWindow: facts.contextWindow,
    maxOutputTokens: facts.maxOutputTokens,
    prefixTokens: estimateTokens(prefix.instructions) + estimateTokens(prefix.tools?.text ?? ''),
    questionTokens: estimatePartTokens(question),
  })
  return { model: facts.id, prefix, budget }
}
