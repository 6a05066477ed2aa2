import { sql } from 'drizzle-orm'
import { countRows } from '@/db/rows'
import type { CacheEntryRef } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { CacheNotice, ChatPart, MessageStatus, TokenUsage } from '@/lib/contract/ui-message'
import { wordVector } from '@/lib/conversation/search-words'
import type { ErrorCode } from '@/lib/errors'
import { estimatePartTokens } from '@/lib/history/estimate-tokens'
import type { MessageId, TurnId } from '@/lib/ids'
import type { ModelEnding } from '@/lib/model/model-ending'
import { textOf } from '@/lib/prompt/answer-messages'
import { processEnds } from './turn-lease'

/** The final state of a turn, as it is stored. */
type EndedTurn = {
  answerId: MessageId
  fence: number
  turnId: TurnId
  status: Exclude<MessageStatus, 'streaming'>
  parts: ChatPart[]
  /** The conversation path after this answer, by which the answer cache identifies the next question. */
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
 * Ends the turn and records its usage in one statement. If several attempts to end the turn are concurrent, the
 * condition on `streaming` and the fence lets only one succeed. Returns false if this one wrote nothing.
 */
export async function closeTurn({ db, userId }: Needs<'db' | 'userId'>, ended: EndedTurn): Promise<boolean> {
  const { usage, cache } = ended
  const text = textOf(ended.parts)
  const isHit = cache.status === 'hit'
  const result = await db.execute(sql`
    with closed as (
      update message set status = ${ended.status}, parts = ${JSON.stringify(ended.parts)}::jsonb,
        search_words = ${wordVector(userId, text)}, path = ${ended.path},
        context_tokens = context_tokens + ${estimatePartTokens(ended.parts)}, model = ${ended.model},
        usage = ${usage && JSON.stringify(usage)}::jsonb, cost_usd = ${ended.costUsd}::float8, ttft_ms = coalesce(ttft_ms, ${ended.ttftMs}::int),
        cache = ${JSON.stringify(cache)}::jsonb,
        cache_entry = ${ended.cacheEntry && JSON.stringify(ended.cacheEntry)}::jsonb, error_code = ${ended.errorCode}, lease_expires_at = null
      where user_id = ${userId} and id = ${ended.answerId} and fence = ${ended.fence} and status = 'streaming'
      returning id
    ),
    recorded as (
      insert into usage (user_id, turn_id, model, outcome, cache_layer, input_tokens, cached_input_tokens, output_tokens,
        cost_usd, saved_usd, saved_ms, ttft_ms, duration_ms)
      select ${userId}, ${ended.turnId}, ${ended.model}, ${ended.status}, ${cache.layer}, ${usage?.inputTokens ?? 0},
        ${usage?.cachedInputTokens ?? 0}, ${usage?.outputTokens ?? 0}, ${ended.costUsd ?? 0},
        ${isHit ? (cache.savedUsd ?? 0) : 0}, ${isHit ? (cache.savedMs ?? 0) : 0}, ${ended.ttftMs}::int, ${ended.durationMs}
      from closed
      -- The usage of a resumed answer includes that of its earlier runs, so it replaces the recorded one.
      on conflict (user_id, turn_id, purpose) do update set outcome = excluded.outcome,
        input_tokens = excluded.input_tokens, cached_input_tokens = excluded.cached_input_tokens,
        output_tokens = excluded.output_tokens, cost_usd = excluded.cost_usd,
        duration_ms = usage.duration_ms + excluded.duration_ms
    )
    select id from closed`)
  return countRows(result) === 1
}

export type FinalAnswer = {
  /**
   * The model finished by itself: the answer was not stopped, truncated, filtered or failed. Only such an answer may
   * be cached.
   */
  isWhole: boolean
  /** The answer is a copy of another turn's answer to the same question, which is in the cache already. */
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

const emptyOutcome = Object.freeze({ isWhole: false, isFollowed: false, usage: null, costUsd: null, errorCode: null })

/**
 * Maps the last event of an answer to its stored outcome. `stop` distinguishes a stop by the user from the end of the
 * process.
 */
export function outcomeOf(event: ModelEnding | { type: 'followed' }, stop: AbortSignal): AnswerOutcome {
  switch (event.type) {
    case 'end': {
      const { finish, usage, costUsd } = event
      const status = finish === 'length' ? 'truncated' : 'complete'
      return { ...emptyOutcome, isWhole: finish === 'stop', status, usage, costUsd }
    }
    case 'followed': {
      const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }
      return { ...emptyOutcome, isWhole: true, isFollowed: true, status: 'complete', usage, costUsd: 0 }
    }
    case 'aborted':
      return { ...emptyOutcome, ...event.spent, status: stop.reason === processEnds ? 'interrupted' : 'stopped' }
    case 'failed':
      return { ...emptyOutcome, ...event.spent, status: 'failed', errorCode: event.code }
  }
}
