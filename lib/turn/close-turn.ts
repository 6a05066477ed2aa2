import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { CacheEntryRef } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { CacheNotice, ChatPart, MessageStatus, TokenUsage } from '@/lib/contract/ui-message'
import { wordVector } from '@/lib/conversation/search-words'
import type { ErrorCode } from '@/lib/errors'
import { estimatePartTokens } from '@/lib/history/replay-history'
import type { MessageId, TurnId } from '@/lib/ids'
import type { ModelEnding } from '@/lib/model/model-ending'
import { textOf } from '@/lib/prompt/answer-messages'
import { processEnds } from './turn-lease'

/** How a turn ended and everything that is kept of it. */
type EndedTurn = {
  answerId: MessageId
  fence: number
  turnId: TurnId
  status: Exclude<MessageStatus, 'streaming'>
  parts: ChatPart[]
  /** The answer cache's path of the conversation after this answer. */
  path: string
  model: string
  usage: TokenUsage | null
  costUsd: number | null
  ttftMs: number | null
  durationMs: number
  cache: CacheNotice
  cacheEntry: CacheEntryRef | null
  errorCode: ErrorCode | null
}

/**
 * Ends the turn and records its usage, in one statement. The guard on `streaming` decides between all who might end it:
 * false means somebody else has, and nothing was written.
 */
export async function closeTurn({ db, userId }: Needs<'db' | 'userId'>, turn: EndedTurn): Promise<boolean> {
  const { usage, cache } = turn
  const text = textOf(turn.parts)
  const hit = cache.status === 'hit'
  const result = await db.execute(sql`
    with closed as (
      update message set status = ${turn.status}, parts = ${JSON.stringify(turn.parts)}::jsonb,
        search_words = ${wordVector(userId, text)}, path = ${turn.path},
        context_tokens = context_tokens + ${estimatePartTokens(turn.parts)}, model = ${turn.model},
        usage = ${usage && JSON.stringify(usage)}::jsonb, cost_usd = ${turn.costUsd}::float8, ttft_ms = coalesce(ttft_ms, ${turn.ttftMs}::int),
        cache = ${JSON.stringify(cache)}::jsonb,
        cache_entry = ${turn.cacheEntry && JSON.stringify(turn.cacheEntry)}::jsonb, error_code = ${turn.errorCode}, lease_expires_at = null
      where user_id = ${userId} and id = ${turn.answerId} and fence = ${turn.fence} and status = 'streaming'
      returning id
    ),
    recorded as (
      insert into usage (user_id, turn_id, model, outcome, cache_layer, input_tokens, cached_input_tokens, output_tokens,
        cost_usd, saved_usd, saved_ms, ttft_ms, duration_ms)
      select ${userId}, ${turn.turnId}, ${turn.model}, ${turn.status}, ${cache.layer}, ${usage?.inputTokens ?? 0},
        ${usage?.cachedInputTokens ?? 0}, ${usage?.outputTokens ?? 0}, ${turn.costUsd ?? 0},
        ${hit ? (cache.savedUsd ?? 0) : 0}, ${hit ? (cache.savedMs ?? 0) : 0}, ${turn.ttftMs}::int, ${turn.durationMs}
      from closed
      -- An answer that was taken up again: what it took is told as a whole.
      on conflict (user_id, turn_id, purpose) do update set outcome = excluded.outcome,
        input_tokens = excluded.input_tokens, cached_input_tokens = excluded.cached_input_tokens,
        output_tokens = excluded.output_tokens, cost_usd = excluded.cost_usd,
        duration_ms = usage.duration_ms + excluded.duration_ms
    )
    select id from closed`)
  return rowsOf(result).length === 1
}

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

type AnswerOutcome = Pick<FinalAnswer, 'isWhole' | 'isFollowed' | 'status' | 'usage' | 'costUsd'> & {
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
