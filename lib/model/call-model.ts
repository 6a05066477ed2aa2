import { setTimeout as pause } from 'node:timers/promises'
import { JSONParseError, TypeValidationError } from '@ai-sdk/provider'
import { type LanguageModelStreamPart, type ModelMessage, experimental_streamLanguageModelCall as streamCall } from 'ai'
import { approximateTokens } from './approximate-tokens'
import { type CallDeadline, defaultTimeouts, type ModelTimeouts, openDeadline } from './call-deadline'
import { classifyModelError, retryAfterSeconds } from './classify-model-error'
import type { ModelHandle } from './connect'
import { type ModelChunk, modelChunk, openStreamNotes, recordSkipped, type StreamNotes } from './model-chunk'
import { type ModelEnding, modelEnding } from './model-ending'
import { callCostUsd, type ModelFacts } from './model-facts'
import type { CallSettings } from './open-language-model'
import { type PartialAnswer, partialAnswer } from './partial-answer'
import { withPrefixHints } from './prefix-hints'
import { type CallRestart, type ReasoningSeparator, separateReasoning } from './separate-reasoning'
import type { ToolKit } from './tool-kit'

/** `restart`: the chunks of this call so far are void and follow again. */
export type ModelEvent = { type: 'chunk'; chunk: ModelChunk } | CallRestart | ModelEnding

export type ModelCall = {
  modelId: string
  instructions: string
  messages: ModelMessage[]
  /** What the model may call, if it can; who calls runs what was called. Background calls have none. */
  tools?: ToolKit
  /** `none`: it is to say something now; the tools stay in the prompt, which many providers want, and begins as before. */
  toolChoice?: 'auto' | 'none'
  settings?: Readonly<CallSettings>
  /** The model begins inside its reasoning, without an opening tag. The default is the value of the catalog. */
  isReasoningImplicit?: boolean
  /** Prompts with the same key begin alike; it names nobody. */
  cacheKey?: string
  /** Ends the call; its last event is then `aborted`. */
  signal: AbortSignal
  timeouts?: Readonly<ModelTimeouts>
}

/**
 * Streams one answer: chunks for the client as they are, every part that begins also ended, then exactly one last event
 * that says how it ended. By then the connection to the provider is closed; leaving the loop early closes it too.
 * Throws `invalid_request` for a model that is not offered; whatever the provider does is an event.
 */
export async function* callModel(models: ModelHandle, call: ModelCall): AsyncGenerator<ModelEvent, void, undefined> {
  const facts = models.catalog.require(call.modelId)
  const deadline = openDeadline(call.signal, call.timeouts ?? defaultTimeouts)
  const notes = openStreamNotes()
  const answer = partialAnswer()
  const separator = separateReasoning({ isImplicit: call.isReasoningImplicit ?? facts.reasoning === 'implicit' })
  const run: Run = { call, facts, deadline, notes, answer, separator }
  let ending: ModelEnding
  try {
    ending = yield* streamChunks(models, run)
  } catch (error) {
    ending = explain(error, run)
  } finally {
    deadline.close()
  }
  const isWhole = ending.type === 'end' && (ending.finish === 'stop' || ending.finish === 'other')
  yield* emit(separator.end(isWhole), run)
  for (const chunk of answer.close()) yield { type: 'chunk', chunk }
  yield notes.skipped.size > 0 ? { ...ending, skipped: notes.skipped } : ending
}

/** A running call. */
type Run = {
  call: ModelCall
  facts: Readonly<ModelFacts>
  deadline: CallDeadline
  notes: StreamNotes
  answer: PartialAnswer
  separator: ReasoningSeparator
}

type Emitted = { type: 'chunk'; chunk: ModelChunk } | CallRestart

const begin: ModelChunk = Object.freeze({ type: 'start-step' })

/** Passes chunks on and counts them. After a restart the step begins again. */
function* emit(chunks: readonly (ModelChunk | CallRestart)[], { answer, deadline }: Run): Generator<Emitted> {
  for (const chunk of chunks) {
    if (chunk.type === 'restart') {
      answer.restart()
      answer.add(begin)
      yield chunk
      yield { type: 'chunk', chunk: begin }
    } else {
      // Buffered chunks are emitted after the deadline was closed and must not restart its timers.
      if (answer.add(chunk) && !deadline.signal.aborted) deadline.progress()
      yield { type: 'chunk', chunk }
    }
  }
}

/** One step: whoever runs the tools that it calls makes the next. */
async function* streamChunks(models: ModelHandle, run: Run): AsyncGenerator<Emitted, ModelEnding, undefined> {
  const { call, facts, deadline, notes, answer, separator } = run
  const stream = await openCall(models, run)
  yield* emit([begin], run)
  let ending: ModelEnding | null = null
  const reader = readUntil(deadline.signal, stream, () => isAnswered(run))
  const isCalledOff = () => deadline.signal.aborted && !isAnswered(run)
  try {
    for (let next = await reader.read(); !next.done && !isCalledOff(); next = await reader.read()) {
      const part = next.value
      switch (part.type) {
        case 'error':
          // The SDK could not parse one chunk and continues.
          if (JSONParseError.isInstance(part.error) || TypeValidationError.isInstance(part.error)) {
            recordSkipped(notes, 'unreadable')
            continue
          }
          return ending ?? explain(part.error, run)
        case 'model-call-end':
          // Read on to the end of the body: a connection that is cut here could not be used again.
          ending = modelEnding(finishReasonOf(part, call), part.usage, facts, answer.started() || isToldOff(part, call))
          continue
        case 'model-call-start':
        case 'model-call-response-metadata':
        case 'raw':
          continue
      }
      const chunk = modelChunk(part)
      if (!chunk) continue
      yield* emit(separator.read(chunk), run)
      if (answer.characters() > facts.maxOutputTokens * mostCharactersPerToken) return cutOff(run)
    }
  } catch (error) {
    // What breaks behind the last part breaks nothing of the answer.
    if (!ending) throw error
  }
  if (ending) return ending
  const broken = deadline.signal.aborted ? deadline.signal.reason : new Error('The stream ended without a last part.')
  return explain(broken, run)
}

/**
 * Whether the provider has ended its answer. In that case an expired deadline only ends the stream, and the remaining
 * parts are still emitted. After an abort by the caller they are not.
 */
const isAnswered = ({ notes, call }: Run) => notes.hasEnded && !call.signal.aborted

type CallEnd = Extract<LanguageModelStreamPart, { type: 'model-call-end' }>

/** The model called tools although it was told not to; the SDK keeps the calls back and makes an error of it. */
const isToldOff = ({ finishReason, rawFinishReason }: CallEnd, { toolChoice }: ModelCall) =>
  toolChoice === 'none' && finishReason === 'error' && rawFinishReason !== 'error'

/** That is an end like another: what there is of the answer stays. */
const finishReasonOf = (part: CallEnd, call: ModelCall) => (isToldOff(part, call) ? 'other' : part.finishReason)

/**
 * The SDK's single call and not `streamText` around it: the loop over tools, the tee for a second reader and the record
 * of all steps, none of which we use, take 2 ms of CPU for an answer of 20 tokens, of 3.4 ms in all (measured over HTTP).
 * This neither logs nor retries nor reports.
 */
async function openCall(models: ModelHandle, { call, facts, deadline: { signal }, notes }: Run) {
  const model = await models.languageModel(call.modelId, notes)
  const prompt = withPrefixHints(models.prefixHints(call.modelId), call, call.cacheKey ?? '')
  const { tools, toolChoice = 'auto' } = call
  const offered = tools && facts.tools ? { tools: tools.set, toolChoice } : {}
  const settings = { maxOutputTokens: facts.maxOutputTokens, ...call.settings }
  const open = () => streamCall({ model, ...prompt, ...offered, ...settings, abortSignal: signal })
  return (await retryOnce(open, signal)).stream
}

/**
 * Releases a stream when the signal aborts, even if it ignores the signal: a canceled reader returns at once. A stream
 * whose answer is complete ends by itself.
 */
function readUntil(signal: AbortSignal, stream: ReadableStream<LanguageModelStreamPart>, isAnswered: () => boolean) {
  const reader = stream.getReader()
  const cancel = () => {
    // The provider may reject the cancellation, but the call is over in any case.
    if (!isAnswered()) void reader.cancel(signal.reason).catch(() => undefined)
  }
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel, { once: true })
  return reader
}

/** No token is longer than this on average over an answer; only a provider that ignores `max_tokens` gets here. */
const mostCharactersPerToken = 8

/** The answer is longer than was asked for: it ends here, and as nobody will count it now, it is counted roughly. */
function cutOff({ call, facts, answer }: Run): ModelEnding {
  const prompt = call.instructions.length + JSON.stringify(call.messages).length
  const outputTokens = approximateTokens(answer.characters())
  const usage = { inputTokens: approximateTokens(prompt), cachedInputTokens: 0, outputTokens }
  return { type: 'end', finish: 'length', usage, costUsd: callCostUsd(usage, facts.prices) }
}

/** A caller who has let go wants to hear nothing else, whatever broke at the same moment. */
function explain(error: unknown, { call, deadline, answer }: Run): ModelEnding {
  const timedOut = deadline.timedOut()
  if (call.signal.aborted && !timedOut) return { type: 'aborted' }
  return { type: 'failed', ...classifyModelError(error, { started: answer.started(), timedOut }) }
}

const pauseMs = 500
/** Somebody is watching an empty answer: who is asked to wait longer is better told so at once. */
const longestPauseMs = 5000

/**
 * Opens a stream, and a second time if the first was refused by a provider that may answer on a second try. Once a
 * stream is open it is never tried again: its first token may be on the screen. The SDK's own retries would wait as
 * long as the provider says, up to a minute. Throws what the last try threw, or the signal's reason.
 */
async function retryOnce<Stream>(open: () => PromiseLike<Stream>, signal: AbortSignal): Promise<Stream> {
  try {
    return await open()
  } catch (error) {
    const waitMs = waitBeforeRetry(error)
    if (waitMs === null || waitMs > longestPauseMs || signal.aborted) throw error
    await pause(waitMs, undefined, { signal })
    return await open()
  }
}

/** Null for an error that a second try cannot mend. Every provider's error class marks those that it can. */
function waitBeforeRetry(error: unknown): number | null {
  if (!(error instanceof Error) || !('isRetryable' in error) || error.isRetryable !== true) return null
  const refusal = 'responseHeaders' in error ? error : error.cause
  const headers = refusal instanceof Error && 'responseHeaders' in refusal ? refusal.responseHeaders : undefined
  const seconds = retryAfterSeconds((headers ?? {}) as Record<string, string>)
  return seconds === null ? pauseMs : seconds * 1000
}
