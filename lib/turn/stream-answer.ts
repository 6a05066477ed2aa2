/**
 * The last line of the story, the same for every kind of answer: write its events to the reader, save what is there
 * every half second, end the turn in Postgres, store the answer in the cache, and only then say how it ended. A reader
 * who has seen the end can rely on all of it being stored.
 */
import type { RequestContext } from '@/lib/context'
import type { CacheNotice, ChatPart, TokenUsage, TurnMetadata } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { MessageId, TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import type { ModelEvent } from '@/lib/model/call-model'
import { cacheStatusHeader } from './cache-status'
import { closeTurn, type EndedTurn } from './close-turn'
import { collectParts } from './collect-parts'
import { endStream } from './end-stream'
import { checkpointEveryMs, saveCheckpoint } from './running-turn'
import { openTurnStream, type TurnStream, turnStreamHeaders } from './turn-stream'

/** A turn that is open, and what its end needs to know. */
export type AnswerInProgress = {
  answerId: MessageId
  fence: number
  turnId: TurnId
  model: string
  notice: CacheNotice
  events: AsyncIterable<ModelEvent>
  /** Aborted here when the turn is to stop; ends `events`. */
  stop: AbortController
  /** Once the parts are final: the conversation's path after this answer, and the storing of it if it may be cached. */
  settle: (answer: FinalAnswer) => { path: string; store: () => Promise<boolean> }
}

export type FinalAnswer = {
  /** The model came to its own end: not stopped, cut, filtered or failed. Only such an answer may be cached. */
  isWhole: boolean
  model: string
  status: EndedTurn['status']
  parts: ChatPart[]
  usage: TokenUsage | null
  costUsd: number | null
  durationMs: number
}

/** Starts the stream and returns it; the turn runs on behind it, also when the reader leaves. */
export function streamAnswer(context: RequestContext, answer: AnswerInProgress): Response {
  const stream = openTurnStream()
  context.hold(runTurn(context, answer, stream))
  return new Response(stream.response, {
    headers: { ...turnStreamHeaders, 'cache-status': cacheStatusHeader(answer.notice) },
  })
}

async function runTurn(context: RequestContext, answer: AnswerInProgress, stream: TurnStream): Promise<void> {
  const { answerId, fence, turnId, model, notice } = answer
  try {
    stream.write({ type: 'start', messageId: answerId })
    stream.write({ type: 'data-cache', data: notice })
    const { ttftMs, errorCode, ...final } = await writeEvents(context, answer, stream)
    const { path, store } = answer.settle(final)
    const closed = await closeTurn(context, {
      ...final,
      answerId,
      fence,
      turnId,
      path,
      ttftMs,
      cache: notice,
      errorCode,
    })
    const cacheStored = closed && (await store())
    const metadata = { turnId, model: final.model, usage: final.usage, costUsd: final.costUsd, ttftMs, cacheStored }
    endStream(stream, { status: final.status, errorCode, metadata })
  } catch (error) {
    // The turn could not be ended: its row keeps the last checkpoint, and the reader hears that it is not safe.
    context.log.error('turn not closed', { turnId, error: describeError(error) })
    const metadata: TurnMetadata = { turnId, model, usage: null, costUsd: null, ttftMs: null, cacheStored: false }
    endStream(stream, { status: 'failed', errorCode: 'database_unavailable', metadata })
  }
}

/** Writes the answer as it comes and tells how it ended. */
async function writeEvents(
  context: RequestContext,
  answer: AnswerInProgress,
  stream: TurnStream,
): Promise<FinalAnswer & { ttftMs: number | null; errorCode: ErrorCode | null }> {
  const collected = collectParts()
  const checkpoints = startCheckpoints(context, answer, collected.parts)
  const elapsedMs = () => context.now() - context.arrivedAt
  let outcome = cutOff
  let model = answer.model
  let ttftMs: number | null = null
  try {
    for await (const event of answer.events) {
      if (event.type !== 'chunk') {
        outcome = outcomeOf(event)
        // The fallback may have answered in the place of the model that was asked.
        model = event.answeredBy ?? model
        if (event.type === 'failed') reportFailure(context, answer, event)
        break
      }
      if (event.chunk.type === 'text-delta') ttftMs ??= elapsedMs()
      collected.add(event.chunk)
      stream.write(event.chunk)
    }
  } finally {
    await checkpoints.end()
  }
  return { ...outcome, model, parts: collected.parts(), durationMs: elapsedMs(), ttftMs }
}

function reportFailure({ log }: RequestContext, { turnId }: AnswerInProgress, { code, cause }: FailedCall): void {
  log.warn('model failed', { turnId, code, error: describeError(cause) })
}

type FailedCall = Extract<ModelEvent, { type: 'failed' }>
type Outcome = Pick<FinalAnswer, 'isWhole' | 'status' | 'usage' | 'costUsd'> & { errorCode: ErrorCode | null }

/** Events that just end have been cut off. */
const cutOff: Outcome = Object.freeze({
  isWhole: false,
  status: 'failed',
  usage: null,
  costUsd: null,
  errorCode: 'provider_cut',
})

function outcomeOf(event: Exclude<ModelEvent, { type: 'chunk' }>): Outcome {
  switch (event.type) {
    case 'end': {
      const status = event.finish === 'length' ? 'truncated' : 'complete'
      return { isWhole: event.finish === 'stop', status, usage: event.usage, costUsd: event.costUsd, errorCode: null }
    }
    case 'aborted':
      return { isWhole: false, status: 'stopped', usage: null, costUsd: null, errorCode: null }
    case 'failed':
      return { isWhole: false, status: 'failed', usage: null, costUsd: null, errorCode: event.code }
  }
}

/** Saves the growing answer on a timer, one save at a time, and stops the turn when a save says so. */
function startCheckpoints(context: RequestContext, answer: AnswerInProgress, parts: () => ChatPart[]) {
  let saving: Promise<void> | null = null
  const save = async () => {
    try {
      if ((await saveCheckpoint(context, answer, parts())) === 'stop') answer.stop.abort()
    } catch (error) {
      // The answer still streams; what was not saved now is saved by the next checkpoint or the end.
      context.log.warn('checkpoint failed', { turnId: answer.turnId, error: describeError(error) })
    } finally {
      saving = null
    }
  }
  const timer = setInterval(() => {
    saving ??= save()
  }, checkpointEveryMs)
  return {
    end: async () => {
      clearInterval(timer)
      await saving
    },
  }
}
