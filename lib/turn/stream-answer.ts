/**
 * The last line of the story, the same for every kind of answer: write its events to the reader and into the log, save
 * what is there every half second, end the turn in Postgres, store the answer in the cache, and only then say how it
 * ended. A reader who has seen the end can rely on all of it being stored.
 */
import type { CacheEntryRef } from '@/db/schema/message'
import type { Flight } from '@/lib/answer-cache/flight'
import type { RequestContext } from '@/lib/context'
import type { CacheNotice, ChatChunk } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { describeSkipped } from '@/lib/model/model-chunk'
import { incompleteCall } from '@/lib/model/model-ending'
import type { CloseStream } from '@/lib/rate-limit/open-stream'
import { type EventWriter, openEventWriter } from '@/lib/stream/open-event-writer'
import { closeTurn, type FinalAnswer, outcomeOf } from './close-turn'
import { collectParts } from './collect-parts'
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

/** A turn that is open, and what its end needs to know. */
export type AnswerInProgress = TurnRun & {
  turnId: TurnId
  model: string
  notice: CacheNotice
  events: AsyncIterable<AnswerEvent>
  /** Those who ask the same meanwhile, if they may follow this answer. */
  flight: Flight | null
  /** Aborted here when the turn is to stop; ends `events`. */
  stop: AbortController
  /** Once the parts are final, what the answer is to the cache. */
  settle: (answer: FinalAnswer) => SettledAnswer
  /** What is done when the reader has been told the end; never rejects. */
  afterwards: (answer: FinalAnswer) => Promise<void>
  /** Called when the turn has ended, even if its reader left before. */
  closeStream: CloseStream
}

/** The conversation's path after an answer, where it lies in the cache, and the storing of it if it may be cached. */
type SettledAnswer = { path: string; cacheEntry: CacheEntryRef | null; store: () => Promise<boolean> }

/** Starts the stream and returns it; the turn runs on behind it, also when the reader leaves. */
export function streamAnswer(context: RequestContext, answer: AnswerInProgress): Response {
  const stream = openTurnStream()
  endOnSignOut(context, stream)
  // A cached answer is there as a whole: nobody has the time to follow it.
  const log = answer.notice.status === 'hit' ? null : openLog(context, answer)
  context.waitUntil(runTurn(context, answer, openTurnOutput(stream, log)))
  return new Response(stream.response, {
    headers: { ...turnStreamHeaders, 'cache-status': cacheStatusHeader(answer.notice) },
  })
}

/** While nobody follows, which is most turns, fewer and larger writes do. */
const unreadCoalesceMs = 250

const openLog = (context: RequestContext, answer: AnswerInProgress) =>
  openEventWriter(context.redis, context.keys, turnLog(context, answer), { unreadCoalesceMs })

async function runTurn(context: RequestContext, answer: AnswerInProgress, output: TurnOutput): Promise<void> {
  const { answerId, fence, turnId, model, notice } = answer
  try {
    output.write({ type: 'start', messageId: answerId }, { type: 'data-cache', data: notice })
    const { ttftMs, errorCode, ...final } = await writeEvents(context, answer, output)
    const { path, cacheEntry, store } = answer.settle(final)
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
    // Who follows joins anew once it has read the end: then nobody must seem to lead.
    await answer.flight?.leave(cacheStored)
    const metadata = { turnId, model: final.model, usage: final.usage, costUsd: final.costUsd, ttftMs, cacheStored }
    if (!closed) {
      // The row was ended elsewhere: its conversation or account was deleted, or this process was considered dead.
      const status = final.status === 'failed' ? 'failed' : 'stopped'
      return void (await output.discard(endingChunks({ status, errorCode, metadata })))
    }
    await output.end(endingChunks({ status: final.status, errorCode, metadata }))
    await answer.afterwards(final)
  } catch (error) {
    await answer.flight?.leave(false)
    // The turn could not be ended: its row keeps the last checkpoint, and the reader hears that it is not safe.
    context.log.error('turn not closed', { turnId, error: describeError(error) })
    const metadata = { turnId, model, usage: null, costUsd: null, ttftMs: null, cacheStored: false }
    await output.end(endingChunks({ status: 'failed', errorCode: 'database_unavailable', metadata }))
  } finally {
    answer.closeStream()
  }
}

/** Writes the answer as it comes and tells how it ended. */
async function writeEvents(
  context: RequestContext,
  answer: AnswerInProgress,
  output: TurnOutput,
): Promise<FinalAnswer & { ttftMs: number | null; errorCode: ErrorCode | null }> {
  let collected = collectParts()
  const checkpoints = startCheckpoints(context, answer, () => collected.parts())
  const elapsedMs = () => context.now() - context.arrivedAt
  let ending: Exclude<AnswerEvent, { type: 'chunk' | 'restart' }> = incompleteCall()
  let ttftMs: number | null = null
  try {
    for await (const event of answer.events) {
      if (event.type === 'restart') {
        collected = collectParts()
        output.write({ type: 'data-restart', data: null, transient: true })
        // The same for clients that know the SDK's own chunks only: what is followed has one step.
        output.write({ type: 'reset-step' })
        continue
      }
      if (event.type !== 'chunk') {
        ending = event
        break
      }
      // What follows may say what only this user may read: nobody else follows any further. They are told before they see
      // a word of it, and find nobody who leads.
      if (event.chunk.type.startsWith('tool-')) await answer.flight?.leave(false)
      if (event.chunk.type === 'text-delta') ttftMs ??= elapsedMs()
      collected.add(event.chunk)
      output.write(event.chunk)
    }
  } finally {
    await checkpoints.end()
  }
  if (ending.type === 'failed')
    context.log.warn('model failed', { turnId: answer.turnId, code: ending.code, error: describeError(ending.cause) })
  const skipped = ending.type === 'followed' ? null : describeSkipped(ending.skipped)
  if (skipped !== null) context.log.warn('stream chunks skipped', { turnId: answer.turnId, reason: skipped })
  // The fallback may have answered in the place of the model that was asked.
  const model = (ending.type !== 'followed' && ending.answeredBy) || answer.model
  const outcome = outcomeOf(ending, answer.stop.signal)
  return { ...outcome, model, parts: collected.parts(), durationMs: elapsedMs(), ttftMs }
}

/** Where the chunks of a running turn go: to whoever sent it, and into the log that everybody else reads. */
type TurnOutput = {
  write: (...chunks: readonly ChatChunk[]) => void
  /** Writes the last chunks and ends both. Settles when the log has them, or is given up; never rejects. */
  end: (chunks: readonly ChatChunk[]) => Promise<unknown>
  /** The same for a turn that was ended elsewhere; its output is removed from the log. */
  discard: (chunks: readonly ChatChunk[]) => Promise<unknown>
}

/** `log` is null for an answer that is there as a whole: nobody has the time to follow it. */
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
