/**
 * The last step of the story, the same for every source of answers. It streams the events to the client and the event
 * log, saves a checkpoint at an interval, closes the turn in Postgres, stores the answer in the cache, and only then
 * sends the end event. A client that has received the end event can rely on everything being stored.
 */
import type { CacheEntryRef } from '@/db/schema/message'
import type { Flight } from '@/lib/answer-cache/flight'
import type { RequestContext } from '@/lib/context'
import { createMessageBuilder } from '@/lib/contract/message-builder'
import { toStorable } from '@/lib/contract/stored-parts'
import type { CacheNotice, ChatChunk } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { incompleteCall } from '@/lib/model/model-ending'
import { describeSkipped } from '@/lib/model/stream-notes'
import type { CloseStream } from '@/lib/rate-limit/open-stream'
import { type EventWriter, openEventWriter } from '@/lib/stream/open-event-writer'
import { closeTurn, type FinalAnswer, outcomeOf } from './close-turn'
import type { AnswerEvent } from './follow/follow-flight'
import { startCheckpoints, type TurnRun, turnLog } from './turn-lease'
import {
  cacheStatusHeader,
  endingChunks,
  endOnSignOut,
  openTurnStream,
  type TurnStream,
  turnStreamHeaders,
} from './turn-stream'

/** An opened turn and everything that is needed to stream and close it. */
export type AnswerInProgress = TurnRun & {
  turnId: TurnId
  model: string
  notice: CacheNotice
  events: AsyncIterable<AnswerEvent>
  /** The single flight of this question, if other turns may follow this answer. */
  flight: Flight | null
  /** Aborted when the turn must stop; this ends `events`. */
  stop: AbortController
  /** Decides, from the final answer, what is stored of it in the cache and under which conversation path. */
  finalize: (answer: FinalAnswer) => FinalizedAnswer
  /** Called after the end event has been sent. Must not reject. */
  onFinish: (answer: FinalAnswer) => Promise<void>
  /** Called when the turn has ended, even if the client disconnected earlier. */
  closeStream: CloseStream
}

/**
 * The conversation path after the answer, its place in the cache, and a function that stores it there if it may be
 * cached.
 */
type FinalizedAnswer = { path: string; cacheEntry: CacheEntryRef | null; store: () => Promise<boolean> }

/** Starts the stream and returns it. The turn continues in the background even if the client disconnects. */
export function streamAnswer(context: RequestContext, answer: AnswerInProgress): Response {
  const stream = openTurnStream()
  endOnSignOut(context, stream)
  // A cached answer is sent at once, so there is no time in which another client could follow it.
  const log = answer.notice.status === 'hit' ? null : openLog(context, answer)
  context.waitUntil(runTurn(context, answer, openTurnOutput(stream, log)))
  return new Response(stream.response, {
    headers: { ...turnStreamHeaders, 'cache-status': cacheStatusHeader(answer.notice) },
  })
}

/** Most turns have no followers. Without one, fewer and larger writes to the log are enough. */
const unreadCoalesceMs = 250

const openLog = (context: RequestContext, answer: AnswerInProgress) =>
  openEventWriter(context.redis, context.keys, turnLog(context, answer), { unreadCoalesceMs })

async function runTurn(context: RequestContext, answer: AnswerInProgress, output: TurnOutput): Promise<void> {
  const { answerId, fence, turnId, model, notice } = answer
  try {
    output.write({ type: 'start', messageId: answerId }, { type: 'data-cache', data: notice })
    const { ttftMs, errorCode, ...final } = await writeEvents(context, answer, output)
    const { path, cacheEntry, store } = answer.finalize(final)
    const closed = await closeTurn(context, {
      ...final,
      answerId,
      fence,
      turnId,
      path,
      ttftMs,
      cache: notice,
      cacheEntry,
      errorCode,
    })
    const cacheStored = closed && (await store())
    // A follower joins the flight again when it has read the end event, so the lead must be released before.
    await answer.flight?.leave(cacheStored)
    const metadata = { turnId, model: final.model, usage: final.usage, costUsd: final.costUsd, ttftMs, cacheStored }
    if (!closed) {
      // The row was ended elsewhere: its conversation or account was deleted, or this process was considered dead.
      const status = final.status === 'failed' ? 'failed' : 'stopped'
      return void (await output.discard(endingChunks({ status, errorCode, metadata })))
    }
    await output.end(endingChunks({ status: final.status, errorCode, metadata }))
    await answer.onFinish(final)
  } catch (error) {
    await answer.flight?.leave(false)
    // The turn could not be closed. Its row keeps the last checkpoint, and the client must learn that the answer was
    // not stored.
    context.log.error('turn not closed', { turnId, error: describeError(error) })
    const metadata = { turnId, model, usage: null, costUsd: null, ttftMs: null, cacheStored: false }
    await output.end(endingChunks({ status: 'failed', errorCode: 'database_unavailable', metadata }))
  } finally {
    answer.closeStream()
  }
}

/** Streams the events of the answer and returns its final state. */
async function writeEvents(
  context: RequestContext,
  answer: AnswerInProgress,
  output: TurnOutput,
): Promise<FinalAnswer & { ttftMs: number | null; errorCode: ErrorCode | null }> {
  const builder = createMessageBuilder()
  const parts = () => toStorable(builder.parts())
  const checkpoints = startCheckpoints(context, answer, parts)
  const elapsedMs = () => context.now() - context.arrivedAt
  let ending: Exclude<AnswerEvent, { type: 'chunk' | 'restart' }> = incompleteCall()
  let ttftMs: number | null = null
  try {
    for await (const event of answer.events) {
      if (event.type === 'restart') {
        builder.reset()
        output.write({ type: 'data-restart', data: null, transient: true })
        // The equivalent for clients that only support the SDK's own chunks. It is sufficient because a followed
        // answer has one step.
        output.write({ type: 'reset-step' })
        continue
      }
      if (event.type !== 'chunk') {
        ending = event
        break
      }
      // The result of a tool call may be visible to this user only, so no other turn may follow this answer any
      // further. The lead is released before the first such chunk is written, so a follower that reads the chunk
      // finds no leader.
      if (event.chunk.type.startsWith('tool-')) await answer.flight?.leave(false)
      if (event.chunk.type === 'text-delta') ttftMs ??= elapsedMs()
      builder.apply(event.chunk)
      output.write(event.chunk)
    }
  } finally {
    await checkpoints.end()
  }
  if (ending.type === 'failed')
    context.log.warn('model failed', { turnId: answer.turnId, code: ending.code, error: describeError(ending.cause) })
  const skippedReason = ending.type === 'followed' ? null : describeSkipped(ending.skipped)
  if (skippedReason !== null)
    context.log.warn('stream chunks skipped', { turnId: answer.turnId, reason: skippedReason })
  // A fallback model may have answered instead of the requested one.
  const model = (ending.type !== 'followed' && ending.answeredBy) || answer.model
  const outcome = outcomeOf(ending, answer.stop.signal)
  return { ...outcome, model, parts: parts(), durationMs: elapsedMs(), ttftMs }
}

/** Output of a running turn: the stream of the client that sent it, and the event log that all other clients read. */
type TurnOutput = {
  write: (...chunks: readonly ChatChunk[]) => void
  /**
   * Sends the last chunks and ends both. Resolves when the log has stored them or the write was given up; never
   * rejects.
   */
  end: (chunks: readonly ChatChunk[]) => Promise<unknown>
  /** Ends the client's stream of a turn that was ended elsewhere, and discards its log. */
  discard: (chunks: readonly ChatChunk[]) => Promise<unknown>
}

/** Pass null as `log` for an answer that is complete when it starts, because no client will follow it. */
function openTurnOutput(stream: TurnStream, log: EventWriter | null): TurnOutput {
  const finish = (chunks: readonly ChatChunk[]) => {
    const events = chunks.map((chunk) => JSON.stringify(chunk))
    stream.send(events)
    stream.close()
    return events
  }
  return {
    write: (...chunks) => {
      const events = chunks.map((chunk) => JSON.stringify(chunk))
      stream.send(events)
      for (const event of events) log?.write(event)
    },
    end: async (chunks) => {
      const events = finish(chunks)
      await log?.end(events)
    },
    discard: async (chunks) => {
      finish(chunks)
      await log?.discard()
    },
  }
}
