import type { RedisHandle } from '@/lib/redis/connect'
import { answerSoFar } from './answer-so-far'
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
import { enoughImplicitAnswers, rememberReasoning } from './reasoning-hint'
import type { CallRestart } from './separate-reasoning'

/** Why a call was not made, for our log. */
class BreakerOpen extends Error {
  override name = 'BreakerOpen'
}

/**
 * Streams one answer as `callModel` does, if the model's breaker lets it; else the one event is a `provider_error` that
 * says when to come again. The breaker hears how it went as soon as it is known, and nobody waits for that.
 */
export async function* callBehindBreaker(
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
  const answer = answerSoFar()
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
