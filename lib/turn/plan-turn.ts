import type { Needs, RequestContext } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import { estimatePartTokens, estimateTokens } from '@/lib/history/estimate-tokens'
import { type HistoryBudget, historyBudget } from '@/lib/history/replay-history'
import { type MessageId, mintId } from '@/lib/ids'
import type { ModelFacts } from '@/lib/model/model-facts'
import { buildPromptPrefix, type PromptPrefix } from '@/lib/prompt/prompt-prefix'
import { chatToolKit } from './tools/chat-tools'
import type { TurnRequest } from './turn-request'
import type { TurnState } from './turn-state'

/**
 * Everything that is decided before the turn is written: the model, the prompt prefix, the history budget, and the
 * cache mode.
 */
export type TurnPlan = {
  /** The id that the answer's row will have. */
  answerId: MessageId
  model: string
  prefix: PromptPrefix
  budget: HistoryBudget
  question: ChatPart[]
  answerCache: Preferences['answerCache']
}

/**
 * Throws `not_found` if the message to regenerate does not exist, and `invalid_request` if the requested model is not
 * offered. A stored preference for a model that is no longer offered falls back to the default model.
 */
export function planTurn(
  { model: models, settings }: Needs<'model' | 'settings'>,
  request: TurnRequest,
  state: TurnState,
): TurnPlan {
  const question = request.trigger === 'submit-message' ? request.message.parts : state.question?.parts
  if (!question) throw new AppError('not_found')
  const { catalog } = models
  const requested = request.model === undefined ? null : catalog.require(request.model)
  const preferred = state.preferredModel === null ? null : catalog.find(state.preferredModel)
  const modelFacts = requested ?? preferred ?? catalog.require(catalog.default)
  const cacheChoice = state.answerCache ?? settings.answerCacheDefault
  const isTemporary = state.temporary ?? (request.trigger === 'submit-message' && request.temporary)
  // A temporary conversation will be deleted, so its answers must not be served to other users.
  const answerCache = isTemporary && cacheChoice === 'shared' ? 'private' : cacheChoice
  return { answerId: mintId<MessageId>(), ...planPrompt(settings, modelFacts, question), question, answerCache }
}

/** Returns the prompt prefix and history budget for a question to this model. */
export function planPrompt(
  { systemPrompt, mcpServers }: RequestContext['settings'],
  modelFacts: Readonly<ModelFacts>,
  question: readonly ChatPart[],
): Pick<TurnPlan, 'model' | 'prefix' | 'budget'> {
  const prefix = buildPromptPrefix(systemPrompt, modelFacts.tools ? chatToolKit : null, mcpServers)
  const budget = historyBudget({
    contextWindow: modelFacts.contextWindow,
    maxOutputTokens: modelFacts.maxOutputTokens,
    prefixTokens: estimateTokens(prefix.instructions) + estimateTokens(prefix.tools?.text ?? ''),
    questionTokens: estimatePartTokens(question),
  })
  return { model: modelFacts.id, prefix, budget }
}
