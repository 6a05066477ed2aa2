import type { RedisHandle } from '@/lib/redis/connect'
import { approximateTokens } from './approximate-tokens'
import { defaultTimeouts, type ModelTimeouts } from './call-deadline'
import { callModel, type ModelCall, type ModelEvent } from './call-model'
import {
  acquireProbe,
  type BreakerPass,
  type BreakerReading,
  type CallOutcome,
  readBreaker,
  reportOutcome,
} from './circuit-breaker'
import { isRequestRefused } from './classify-model-error'
import type { ModelHandle } from './connect'
import type { ModelFacts } from './model-facts'
import { partialAnswer } from './partial-answer'
import { type CallRestart, enoughImplicitAnswers, rememberReasoning } from './separate-reasoning'

type FailedCall = Extract<ModelEvent, { type: 'failed' }>

/** With less time than this to its first output, the fallback must not be called: it could only delay the failure. */
const minFirstChunkMs = 2_000

/**
 * Streams one answer of the requested model. If that model fails before its first output, or if its breaker is open,
 * FALLBACK_MODEL answers instead, and the last event names it in `answeredBy`. Both calls share the timeouts of one
 * call. `reading` is the state of the breaker of `call.modelId`. The caller may read it earlier, so that the command
 * is sent in the same tick as others.
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
  let started = await readFirstOutput(events)
  let fallback: Readonly<ModelFacts> | null = null
  if (started.failure) {
    const { failure } = started
    const timeouts = timeLeft(call.timeouts ?? defaultTimeouts, performance.now() - startedAt)
    fallback = mayFallBack(failure, timeouts) ? fallbackFor(models, call) : null
    if (!fallback) {
      yield failure
      return
    }
    started = await readFirstOutput(callBehindBreaker(models, redis, { ...call, modelId: fallback.id, timeouts }))
    if (started.failure) {
      yield { ...failure, cause: new FallbackFailed('The fallback failed too.', { cause: failure.cause }) }
      return
    }
  }
  const withName = (event: ModelEvent): ModelEvent =>
    fallback === null || event.type === 'chunk' || event.type === 'restart'
      ? event
      : { ...event, answeredBy: fallback.id }
  try {
    for (const event of started.held) yield withName(event)
    for await (const event of started.rest) yield withName(event)
  } finally {
    await started.rest.return()
  }
}

/** Wraps the failure of the requested model for the log if the fallback has failed too. */
class FallbackFailed extends Error {
  override name = 'FallbackFailed'
}

/** A call that was read up to its first output, or up to its end if it has none. `held` are the events so far. */
type StartedCall = { held: ModelEvent[]; rest: AsyncGenerator<ModelEvent, void, undefined>; failure: FailedCall | null }

/** Reads a call up to its first output. Nothing is shown before that, so another model can still answer. */
async function readFirstOutput(rest: StartedCall['rest']): Promise<StartedCall> {
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

/** A request that one provider refused because of its content must not be sent to another. */
const mayFallBack = ({ cause }: FailedCall, { firstChunkMs }: ModelTimeouts) =>
  !isRequestRefused(cause) && firstChunkMs >= minFirstChunkMs

/**
 * Returns the fallback if it is a different model, can be called, and has a context window for this prompt. The prompt
 * was cut to the window of the requested model, so it may be too long.
 */
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

/** The cause of a call that was not made, for the log. */
class BreakerOpen extends Error {
  override name = 'BreakerOpen'
}

/**
 * Streams one answer like `callModel` if the model's breaker allows the call. Otherwise the only event is a
 * `provider_error` with the time after which to retry. The outcome is reported to the breaker as soon as it is known,
 * and the stream does not wait for that.
 */
async function* callBehindBreaker(
  models: ModelHandle,
  redis: RedisHandle,
  call: ModelCall,
  reading: Promise<BreakerReading> = readBreaker(redis, call.modelId),
): AsyncGenerator<ModelEvent, void, undefined> {
  const read = await reading
  const pass = await checkBreaker(redis, call, read)
  if (pass.state === 'open') {
    yield call.signal.aborted ? { type: 'aborted' } : refusal(pass.retryAfterSeconds)
    return
  }
  const token = pass.state === 'probe' ? pass.token : null
  const answer = partialAnswer()
  let isReported = false
  const report = (outcome: CallOutcome) => {
    isReported = true
    // An abandoned call has nothing to release unless it is a probe.
    if (outcome !== 'abandoned' || token !== null) void reportOutcome(redis, call.modelId, outcome, token)
  }
  const { implicitAnswers = 0 } = read
  const hinted = implicitAnswers < enoughImplicitAnswers ? call : { isReasoningImplicit: true, ...call }
  let restarted: CallRestart | null = null
  try {
    for await (const event of callModel(models, hinted)) {
      if (event.type === 'restart') restarted = event
      if (event.type === 'end') void rememberAnswer(redis, hinted, implicitAnswers, restarted)
      // Reports at the first output, because other callers should not have to wait for the whole answer of a probe.
      if (event.type === 'chunk' && !isReported && answer.add(event.chunk)) report('answered')
      if (event.type === 'end' && !isReported) report('answered')
      if (event.type === 'failed' && isProviderFailure(event)) report('failed')
      yield event
    }
  } finally {
    // The call was aborted by the caller, or refused because of its content, before its first output.
    if (!isReported) report('abandoned')
  }
}

/** Updates the hint that the model begins inside its reasoning. Sends a command only if the hint changes. */
async function rememberAnswer(redis: RedisHandle, call: ModelCall, before: number, restarted: CallRestart | null) {
  if (restarted?.found === 'reasoning') await rememberReasoning(redis, call.modelId, true)
  else if (before > 0 && (restarted || call.isReasoningImplicit === undefined))
    await rememberReasoning(redis, call.modelId, false)
}

/** Requests the probe if the breaker is half-open. */
async function checkBreaker(redis: RedisHandle, call: ModelCall, reading: BreakerReading): Promise<BreakerPass> {
  switch (reading.state) {
    case 'open':
      return reading
    case 'half-open':
      return acquireProbe(redis, call.modelId)
    case 'closed':
      return { state: 'closed' }
  }
}

function refusal(retryAfterSeconds: number): ModelEvent {
  const cause = new BreakerOpen('The model has failed most of its recent calls.')
  return { type: 'failed', code: 'provider_error', retryAfterSeconds, cause }
}

/**
 * Whether a failure counts against the provider. A cut answer does not, because it had begun. A request that was
 * refused because of its content must not count; otherwise one user could block a model for all users with questions
 * that every model refuses.
 */
function isProviderFailure({ code, cause }: Extract<ModelEvent, { type: 'failed' }>): boolean {
  switch (code) {
    case 'provider_cut':
      return false
    case 'provider_error':
    case 'provider_rate_limited':
    case 'provider_timeout':
      return !isRequestRefused(cause)
  }
}
