import { type LanguageModelStreamPart, type ModelMessage, experimental_streamLanguageModelCall as streamCall } from 'ai'
import { type AnswerSoFar, answerSoFar } from './answer-so-far'
import { approximateTokens } from './approximate-tokens'
import { callCostUsd } from './call-cost'
import { type CallDeadline, defaultTimeouts, type ModelTimeouts, openDeadline } from './call-deadline'
import { classifyModelError } from './classify-model-error'
import type { ModelHandle } from './connect'
import { type ModelChunk, modelChunk } from './model-chunk'
import { type ModelEnding, modelEnding } from './model-ending'
import type { ModelFacts } from './model-facts'
import { withPrefixHints } from './prefix-hints'
import { retryOnce } from './retry-once'
import type { ToolKit } from './tool-kit'

export type ModelEvent = { type: 'chunk'; chunk: ModelChunk } | ModelEnding

export type ModelCall = {
  modelId: string
  instructions: string
  messages: ModelMessage[]
  /** What the model may call, if it can; who calls runs what was called. Background calls have none. */
  tools?: ToolKit
  /** `none`: it is to say something now; the tools stay in the prompt, which many providers want, and begins as before. */
  toolChoice?: 'auto' | 'none'
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
  const answer = answerSoFar()
  let ending: ModelEnding
  try {
    ending = yield* streamChunks(models, call, facts, deadline, answer)
  } catch (error) {
    ending = explain(error, call, deadline, answer)
  } finally {
    deadline.close()
  }
  for (const chunk of answer.close()) yield { type: 'chunk', chunk }
  yield ending
}

/** One step: whoever runs the tools that it calls makes the next. */
async function* streamChunks(
  models: ModelHandle,
  call: ModelCall,
  facts: Readonly<ModelFacts>,
  deadline: CallDeadline,
  answer: AnswerSoFar,
): AsyncGenerator<{ type: 'chunk'; chunk: ModelChunk }, ModelEnding, undefined> {
  const stream = await openCall(models, call, facts, deadline.signal)
  const begin: ModelChunk = { type: 'start-step' }
  answer.add(begin)
  yield { type: 'chunk', chunk: begin }
  let ending: ModelEnding | null = null
  const reader = readUntil(deadline.signal, stream)
  try {
    for (let next = await reader.read(); !next.done && !deadline.signal.aborted; next = await reader.read()) {
      const part = next.value
      switch (part.type) {
        case 'error':
          return ending ?? explain(part.error, call, deadline, answer)
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
      if (answer.add(chunk)) deadline.progress()
      yield { type: 'chunk', chunk }
      if (answer.characters() > facts.maxOutputTokens * mostCharactersPerToken) return cutOff(call, facts, answer)
    }
  } catch (error) {
    // What breaks behind the last part breaks nothing of the answer.
    if (!ending) throw error
  }
  if (ending) return ending
  const broken = deadline.signal.aborted ? deadline.signal.reason : new Error('The stream ended without a last part.')
  return explain(broken, call, deadline, answer)
}

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
async function openCall(models: ModelHandle, call: ModelCall, facts: Readonly<ModelFacts>, signal: AbortSignal) {
  const model = await models.languageModel(call.modelId)
  const prompt = withPrefixHints(models.prefixHints(call.modelId), call, call.cacheKey ?? '')
  const { maxOutputTokens } = facts
  const { tools, toolChoice = 'auto' } = call
  const offered = tools && facts.tools ? { tools: tools.set, toolChoice } : {}
  const open = () => streamCall({ model, ...prompt, ...offered, maxOutputTokens, abortSignal: signal })
  return (await retryOnce(open, signal)).stream
}

/** Lets go of a stream at the abort, also one that does not listen to it: a cancelled reader answers at once. */
function readUntil(signal: AbortSignal, stream: ReadableStream<LanguageModelStreamPart>) {
  const reader = stream.getReader()
  // What the provider says to being cancelled interests nobody.
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined)
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel, { once: true })
  return reader
}

/** No token is longer than this on average over an answer; only a provider that ignores `max_tokens` gets here. */
const mostCharactersPerToken = 8

/** The answer is longer than was asked for: it ends here, and as nobody will count it now, it is counted roughly. */
function cutOff(call: ModelCall, facts: Readonly<ModelFacts>, answer: AnswerSoFar): ModelEnding {
  const prompt = call.instructions.length + JSON.stringify(call.messages).length
  const outputTokens = approximateTokens(answer.characters())
  const usage = { inputTokens: approximateTokens(prompt), cachedInputTokens: 0, outputTokens }
  return { type: 'end', finish: 'length', usage, costUsd: callCostUsd(usage, facts.prices) }
}

/** A caller who has let go wants to hear nothing else, whatever broke at the same moment. */
function explain(error: unknown, call: ModelCall, deadline: CallDeadline, answer: AnswerSoFar): ModelEnding {
  const timedOut = deadline.timedOut()
  if (call.signal.aborted && !timedOut) return { type: 'aborted' }
  return { type: 'failed', ...classifyModelError(error, { started: answer.started(), timedOut }) }
}
