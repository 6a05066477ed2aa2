import type { ChatPart, TokenUsage } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { ModelEnding } from '@/lib/model/model-ending'
import { processEnds } from './checkpoints'
import type { EndedTurn } from './close-turn'

/** An answer as it is when it has ended. */
export type FinalAnswer = {
  /** The model came to its own end: not stopped, cut, filtered or failed. Only such an answer may be cached. */
  isWhole: boolean
  /** It was somebody else's, to the same question, and lies in the cache. */
  isFollowed: boolean
  model: string
  status: EndedTurn['status']
  parts: ChatPart[]
  usage: TokenUsage | null
  costUsd: number | null
  durationMs: number
}

export type AnswerOutcome = Pick<FinalAnswer, 'isWhole' | 'isFollowed' | 'status' | 'usage' | 'costUsd'> & {
  errorCode: ErrorCode | null
}

const nothing = Object.freeze({ isWhole: false, isFollowed: false, usage: null, costUsd: null, errorCode: null })

/** What is kept of how an answer ended. `stop`: what aborted it, if it was aborted. */
export function outcomeOf(event: ModelEnding | { type: 'followed' }, stop: AbortSignal): AnswerOutcome {
  switch (event.type) {
    case 'end': {
      const { finish, usage, costUsd } = event
      const status = finish === 'length' ? 'truncated' : 'complete'
      return { ...nothing, isWhole: finish === 'stop', status, usage, costUsd }
    }
    case 'followed': {
      const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }
      return { ...nothing, isWhole: true, isFollowed: true, status: 'complete', usage, costUsd: 0 }
    }
    case 'aborted':
      return { ...nothing, ...event.spent, status: stop.reason === processEnds ? 'interrupted' : 'stopped' }
    case 'failed':
      return { ...nothing, ...event.spent, status: 'failed', errorCode: event.code }
  }
}
