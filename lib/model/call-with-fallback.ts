import type { RedisHandle } from '@/lib/redis/connect'
import { approximateTokens } from './approximate-tokens'
import { defaultTimeouts, type ModelTimeouts } from './call-deadline'
import { callModel, type ModelCall, type ModelEvent } from './call-model'
import {
  type BreakerPass,
  type BreakerReading,
  type CallOutcome,
  readBreaker,
  reportOutcome,
  takeProbe,
} from './circuit-breaker'
import { isRequestRefused } from './classify-model-error'
import type { ModelHandle } from './connect'
import type { ModelFacts } from './model-facts'
import { partialAnswer } from './partial-answer'
import { type CallRestart, enoughImplicitAnswers, rememberReasoning } from './separate-reasoning'

type FailedCall = Extract<ModelEvent, { type: 'failed' }>

/** With less time than this to its first output the fallback would only make the reader wait longer for the failure. */
const leastFirstChunkMs = 2_000

/**
 * Streams one answer of the model that was asked or, if that fails before its first output or its breaker is open, of
 * FALLBACK_MODEL; the last event of such an answer names it in `answeredBy`. Both together have the time of one call.
 * `reading` is the breaker of `call.modelId`, begun by the caller in one tick with its other commands.
 */
export function callWithFallback(
  models: ModelHandle,
  redis: RedisHandle,
  call: ModelCall,
  reading: Promise<BreakerReading> = readBreaker(redis, call.modelId),
): AsyncGenerator<ModelEvent, void, undefined> {
  const events = callBehindBreaker(models, redis, call, reading)
  return models.catalog.fallback === null ? events : withFallback(models, redis, call, events)
}

async function* withFallback(
  models: ModelHandle,
  redis: RedisHandle,
  call: ModelCall,
  events: AsyncGenerator<ModelEvent, void, undefined>,
): AsyncGenerator<ModelEvent, void, undefined> {
  const startedAt = performance.now()
  let begun = await begin(events)
  let fallback: Readonly<ModelFacts> | null = null
  if (begun.failure) {
    const { failure } = begun
    const timeouts = timeLeft(call.timeouts ?? defaultTimeouts, performance.now() - startedAt)
    fallback = mayFallBack(failure, timeouts) ? fallbackFor(models, call) : null
    if (!fallback) {
      yield failure
      return
    }
    begun = await begin(callBehindBreaker(models, redis, { ...call, modelId: fallback.id, timeouts }))
    if (begun.failure) {
      yield { ...failure, cause: new FallbackFailed('So did the fallback.', { cause: failure.cause }) }
      return
    }
  }
  const named = (event: ModelEvent): ModelEvent =>
    fallback === null || event.type === 'chunk' || event.type === 'restart'
      ? event
      : { ...event, answeredBy: fallback.id }
  try {
    for (const event of begun.held) yield named(event)
    for await (const event of begun.rest) yield named(event)
  } finally {
    await begun.rest.return()
  }
}

/** For our log, around the failure of the model that was asked. */
class FallbackFailed extends Error {
  override name = 'FallbackFailed'
}

/** A call up to its first output, or to its end if there was none; `held` are only marks of beginning, and that. */
type Begun = { held: ModelEvent[]; rest: AsyncGenerator<ModelEvent, void, undefined>; failure: FailedCall | null }

/** Nothing of a call is shown before its first output: what fails until then can still be answered by another. */
async function begin(rest: Begun['rest']): Promise<Begun> {
  const answer = partialAnswer()
  const held: ModelEvent[] = []
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    const event = next.value
    if (event.type === 'failed') {
      await rest.return()
      return { held, rest, failure: event }
    }
    held.push(event)
    if (event.type !== 'chunk' || answer.add(event.chunk)) break
  }
  return { held, rest, failure: null }
}

/** A request that the one refuses for what is in it is not shown to the other. */
const mayFallBack = ({ cause }: FailedCall, { firstChunkMs }: ModelTimeouts) =>
  !isRequestRefused(cause) && firstChunkMs >= leastFirstChunkMs

/** The fallback, if it is another model, can be called, and can read this prompt: it was cut to the window of the first. */
function fallbackFor({ catalog }: ModelHandle, call: ModelCall): Readonly<ModelFacts> | null {
  const facts = catalog.fallback === null ? null : catalog.find(catalog.fallback)
  if (!facts || facts.id === call.modelId) return null
  const promptTokens = approximateTokens(call.instructions.length + JSON.stringify(call.messages).length)
  return promptTokens + facts.maxOutputTokens <= facts.contextWindow ? facts : null
}

const timeLeft = ({ firstChunkMs, chunkMs, totalMs }: Readonly<ModelTimeouts>, elapsedMs: number): ModelTimeouts => ({
  firstChunkMs: firstChunkMs - elapsedMs,
  chunkMs,
  totalMs: totalMs - elapsedMs,
})

/** Why a call was not made, for our log. */
class BreakerOpen extends Error {
  override name = 'BreakerOpen'
}

/**
 * Streams one answer as `callModel` does, if the model's breaker lets it; else the one event is a `provider_error` that
 * says when to come again. The breaker hears how it went as soon as it is known, and nobody waits for that.
 */
async function* callBehindBreaker(
  models: ModelHandle,
  redis: RedisHandle,
  call: ModelCall,
  reading: Promise<BreakerReading> = readBreaker(redis, call.modelId),
): AsyncGenerator<ModelEvent, void, undefined> {
  const read = await reading
  const pass = await passBreaker(redis, call, read)
  if (pass.state === 'open') {
    yield call.signal.aborted ? { type: 'aborted' } : refusal(pass.retryAfterSeconds)
    return
  }
  const token = pass.state === 'probe' ? pass.token : null
  const answer = partialAnswer()
  let told = false
  const tell = (outcome: CallOutcome) => {
    told = true
    // Only a probe has something to give back.
    if (outcome !== 'abandoned' || token !== null) void reportOutcome(redis, call.modelId, outcome, token)
  }
  const { implicitAnswers = 0 } = read
  const asked = implicitAnswers < enoughImplicitAnswers ? call : { isReasoningImplicit: true, ...call }
  let restarted: CallRestart | null = null
  try {
    for await (const event of callModel(models, asked)) {
      if (event.type === 'restart') restarted = event
      if (event.type === 'end') void rememberAnswer(redis, asked, implicitAnswers, restarted)
      // At the first word and not at the last: who waits for a probe to tell shall not wait for its whole answer.
      if (event.type === 'chunk' && !told && answer.add(event.chunk)) tell('answered')
      if (event.type === 'end' && !told) tell('answered')
      if (event.type === 'failed' && isProvidersFailure(event)) tell('failed')
      yield event
    }
  } finally {
    // Stopped, left, or refused for what was asked, before the first word.
    if (!told) tell('abandoned')
  }
}

/** Writes only values that have changed. */
async function rememberAnswer(redis: RedisHandle, call: ModelCall, before: number, restarted: CallRestart | null) {
  if (restarted?.found === 'reasoning') await rememberReasoning(redis, call.modelId, true)
  else if (before > 0 && (restarted || call.isReasoningImplicit === undefined))
    await rememberReasoning(redis, call.modelId, false)
}

async function passBreaker(redis: RedisHandle, call: ModelCall, reading: BreakerReading): Promise<BreakerPass> {
  switch (reading.state) {
    case 'open':
      return reading
    case 'half-open':
      return takeProbe(redis, call.modelId)
    case 'closed':
      return { state: 'closed' }
  }
}

function refusal(retryAfterSeconds: number): ModelEvent {
  const cause = new BreakerOpen('The model has failed most of its last calls.')
  return { type: 'failed', code: 'provider_error', retryAfterSeconds, cause }
}

/**
 * Whether a failure says something of the provider. An answer that was cut had begun; and a request that is refused for
 * what it holds must not count, or one user could close a model to all others with questions that no model takes.
 */
function isProvidersFailure({ code, cause }: Extract<ModelEvent, { type: 'failed' }>): boolean {
  switch (code) {
    case 'provider_cut':
      return false
    case 'provider_error':
    case 'provider_rate_limited':
    case 'provider_timeout':
      return !isRequestRefused(cause)
  }
}
