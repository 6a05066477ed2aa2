import { setTimeout as pause } from 'node:timers/promises'
import { JSONParseError, TypeValidationError } from '@ai-sdk/provider'
import { type LanguageModelStreamPart, type ModelMessage, experimental_streamLanguageModelCall as streamCall } from 'ai'
import { approximateTokens } from './approximate-tokens'
import { type CallDeadline, defaultTimeouts, type ModelTimeouts, openDeadline } from './call-deadline'
import { classifyModelError, retryAfterSeconds } from './classify-model-error'
import type { ModelHandle } from './connect'
import { type ModelChunk, modelChunk } from './model-chunk'
import { type ModelEnding, modelEnding } from './model-ending'
import { callCostUsd, type ModelFacts } from './model-facts'
import type { CallSettings } from './open-language-model'
import { type PartialAnswer, partialAnswer } from './partial-answer'
import { withPrefixHints } from './prefix-hints'
import { type CallRestart, type ReasoningSeparator, separateReasoning } from './separate-reasoning'
import { openStreamNotes, recordSkipped, type StreamNotes } from './stream-notes'
import type { ToolKit } from './tool-kit'

/** `restart`: the chunks of this call so far are void and will follow again. */
export type ModelEvent = { type: 'chunk'; chunk: ModelChunk } | CallRestart | ModelEnding

export type ModelCall = {
  modelId: string
  instructions: string
  messages: ModelMessage[]
  /**
   * The tools that are offered if the model supports tools. The caller must run the calls. Background calls have
   * none.
   */
  tools?: ToolKit
  /**
   * `none`: the model must answer with text. The tools are still sent, because many providers require them and because
   * the prefix of the prompt must stay the same for the prefix cache.
   */
  toolChoice?: 'auto' | 'none'
  settings?: Readonly<CallSettings>
  /** The model begins inside its reasoning, without an opening tag. The default is the value of the catalog. */
  isReasoningImplicit?: boolean
  /** Prompts with the same key have a common prefix. The key is sent to the provider and must not identify a user. */
  cacheKey?: string
  /** Aborts the call. Its last event is then `aborted`. */
  signal: AbortSignal
  timeouts?: Readonly<ModelTimeouts>
}

/**
 * Streams one answer: chunks for the client, then exactly one last event with the ending. Every part that starts also
 * ends. The connection to the provider is closed before the last event, and also if the caller leaves the loop early.
 * Throws `invalid_request` if the model is not offered. Failures of the provider are events.
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
    ending = endingOf(error, run)
  } finally {
    deadline.close()
  }
  const isWhole = ending.type === 'end' && (ending.finish === 'stop' || ending.finish === 'other')
  yield* emit(separator.end(isWhole), run)
  for (const chunk of answer.close()) yield { type: 'chunk', chunk }
  yield notes.skipped.size > 0 ? { ...ending, skipped: notes.skipped } : ending
}

type Run = {
  call: ModelCall
  facts: Readonly<ModelFacts>
  deadline: CallDeadline
  notes: StreamNotes
  answer: PartialAnswer
  separator: ReasoningSeparator
}

type Emitted = { type: 'chunk'; chunk: ModelChunk } | CallRestart

const stepStart: ModelChunk = Object.freeze({ type: 'start-step' })

/** Emits chunks and records them in `answer`. After a restart the step begins again. */
function* emit(chunks: readonly (ModelChunk | CallRestart)[], { answer, deadline }: Run): Generator<Emitted> {
  for (const chunk of chunks) {
    if (chunk.type === 'restart') {
      answer.restart()
      answer.add(stepStart)
      yield chunk
      yield { type: 'chunk', chunk: stepStart }
    } else {
      // Buffered chunks are emitted after the deadline was closed and must not restart its timers.
      if (answer.add(chunk) && !deadline.signal.aborted) deadline.progress()
      yield { type: 'chunk', chunk }
    }
  }
}

/** Streams one step. The caller must run the tools that it calls, and make the call of the next step. */
async function* streamChunks(models: ModelHandle, run: Run): AsyncGenerator<Emitted, ModelEnding, undefined> {
  const { call, facts, deadline, notes, answer, separator } = run
  const stream = await openCall(models, run)
  yield* emit([stepStart], run)
  let ending: ModelEnding | null = null
  const reader = readUntil(deadline.signal, stream, () => isAnswered(run))
  const isCanceled = () => deadline.signal.aborted && !isAnswered(run)
  try {
    for (let next = await reader.read(); !next.done && !isCanceled(); next = await reader.read()) {
      const part = next.value
      switch (part.type) {
        case 'error':
          // The SDK could not parse one chunk and continues.
          if (JSONParseError.isInstance(part.error) || TypeValidationError.isInstance(part.error)) {
            recordSkipped(notes, 'unreadable')
            continue
          }
          return ending ?? endingOf(part.error, run)
        case 'model-call-end':
          // The body must be read to its end; otherwise its connection could not be reused.
          ending = modelEnding(
            finishReasonOf(part, call),
            part.usage,
            facts,
            answer.started() || hasForbiddenCalls(part, call),
          )
          continue
        case 'model-call-start':
        case 'model-call-response-metadata':
        case 'raw':
          continue
      }
      const chunk = modelChunk(part)
      if (!chunk) continue
      yield* emit(separator.read(chunk), run)
      if (answer.characters() > facts.maxOutputTokens * maxCharactersPerToken) return endAtLimit(run)
    }
  } catch (error) {
    // An error after the last part does not affect the answer.
    if (!ending) throw error
  }
  if (ending) return ending
  const broken = deadline.signal.aborted ? deadline.signal.reason : new Error('The stream ended without a last part.')
  return endingOf(broken, run)
}

/**
 * Whether the provider has ended its answer. In that case an expired deadline only ends the stream, and the remaining
 * parts are still emitted. After an abort by the caller they are not.
 */
const isAnswered = ({ notes, call }: Run) => notes.hasEnded && !call.signal.aborted

type CallEnd = Extract<LanguageModelStreamPart, { type: 'model-call-end' }>

/**
 * Whether the model called tools although `toolChoice` is `none`. The SDK then drops the calls and reports an error.
 */
const hasForbiddenCalls = ({ finishReason, rawFinishReason }: CallEnd, { toolChoice }: ModelCall) =>
  toolChoice === 'none' && finishReason === 'error' && rawFinishReason !== 'error'

/** Forbidden calls count as a normal end, so that the text of the answer is kept. */
const finishReasonOf = (part: CallEnd, call: ModelCall) => (hasForbiddenCalls(part, call) ? 'other' : part.finishReason)

/**
 * Opens the stream with the SDK's single call instead of `streamText`. The tool loop of `streamText`, its tee for a
 * second reader and its record of all steps are not used here and take 2 ms of the 3.4 ms of CPU time for an answer
 * of 20 tokens (measured over HTTP). The single call does not log, retry or report.
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
 * Returns a reader that is released when the signal aborts, even if the stream ignores the signal, because a canceled
 * reader returns at once. A stream whose answer is complete will end by itself.
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

/** The tokens of an answer are shorter on average, so only a provider that ignores `max_tokens` exceeds this. */
const maxCharactersPerToken = 8

/** Ends an answer that exceeds the requested length. The provider will not report its usage, so it is estimated. */
function endAtLimit({ call, facts, answer }: Run): ModelEnding {
  const prompt = call.instructions.length + JSON.stringify(call.messages).length
  const outputTokens = approximateTokens(answer.characters())
  const usage = { inputTokens: approximateTokens(prompt), cachedInputTokens: 0, outputTokens }
  return { type: 'end', finish: 'length', usage, costUsd: callCostUsd(usage, facts.prices) }
}

/**
 * Converts an error to an ending: `aborted` after an abort by the caller, even if something else failed at that
 * moment.
 */
function endingOf(error: unknown, { call, deadline, answer }: Run): ModelEnding {
  const timedOut = deadline.timedOut()
  if (call.signal.aborted && !timedOut) return { type: 'aborted' }
  return { type: 'failed', ...classifyModelError(error, { started: answer.started(), timedOut }) }
}

const pauseMs = 500
/** If the provider requests a longer pause, the call fails at once, because a user is watching an empty answer. */
const maxPauseMs = 5000

/**
 * Opens a stream and retries once if the error is retryable. A stream that was opened must not be retried, because
 * its first token may be on the screen. The SDK's own retries are not used: they would wait as long as the provider
 * requests, up to a minute. Throws the error of the last attempt, or the signal's reason.
 */
async function retryOnce<Stream>(open: () => PromiseLike<Stream>, signal: AbortSignal): Promise<Stream> {
  try {
    return await open()
  } catch (error) {
    const waitMs = waitBeforeRetry(error)
    if (waitMs === null || waitMs > maxPauseMs || signal.aborted) throw error
    await pause(waitMs, undefined, { signal })
    return await open()
  }
}

/** Returns the wait in milliseconds. Null if the error class of the provider does not mark the error as retryable. */
function waitBeforeRetry(error: unknown): number | null {
  if (!(error instanceof Error) || !('isRetryable' in error) || error.isRetryable !== true) return null
  const refusal = 'responseHeaders' in error ? error : error.cause
  const headers = refusal instanceof Error && 'responseHeaders' in refusal ? refusal.responseHeaders : undefined
  const seconds = retryAfterSeconds((headers ?? {}) as Record<string, string>)
  return seconds === null ? pauseMs : seconds * 1000
}
