/*
 * One circuit breaker per model, shared by all instances. It opens when a provider fails most of its calls, so that
 * nobody else waits for it; after a while one caller at a time, over all instances, tries whether it is back. Without
 * Redis it is closed: a process counts nothing by itself. No function here ever rejects.
 */
import { randomUUID } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import { readScript, reportScript } from './circuit-breaker-scripts'
import { hintKey } from './reasoning-hint'

export type BreakerLimits = {
  /** Failures are counted over this long, in sixths. */
  windowMs: number
  /** So many failures open it, if they are also this share of all calls. */
  fewestFailures: number
  failureShare: number
  /** Open for this long at first, and twice as long after each probe that failed, up to the longest. */
  openMs: number
  longestOpenMs: number
  /** A prober that has not told by then is taken for dead. Longer than a call may take to its first output. */
  leaseMs: number
}

export const defaultLimits: Readonly<BreakerLimits> = Object.freeze({
  windowMs: 30_000,
  fewestFailures: 5,
  failureShare: 0.5,
  openMs: 10_000,
  longestOpenMs: 60_000,
  leaseMs: 25_000,
})

/** An open breaker that nobody asks any more is forgotten, and how often it had opened with it. */
const keepMs = 5 * 60_000

/** What a look at the breaker says. `half-open`: whoever wants to call asks `takeProbe` first. */
export type BreakerReading = ({ state: 'closed' | 'half-open' } | { state: 'open'; retryAfterSeconds: number }) & {
  /**
   * The number of consecutive answers that began inside their reasoning without an opening tag. Missing if there are
   * none.
   */
  implicitAnswers?: number
}

/** Whether this call may be made, and as what. The outcome of a probe is reported with its token. */
export type BreakerPass =
  | { state: 'closed' }
  | { state: 'probe'; token: string }
  | { state: 'open'; retryAfterSeconds: number }

/** `abandoned`: a probe that ended without telling anything of the provider. */
export type CallOutcome = 'answered' | 'failed' | 'abandoned'

/** The name of a model's breaker; the braces are for whoever must find it in a cluster. */
export const breakerKey = (modelId: string) => `gf:1:breaker:{${modelId}}`

/** How a model's breaker stands: one command that writes nothing, to be sent in one tick with others. */
export async function readBreaker(
  redis: RedisHandle,
  modelId: string,
  limits: Readonly<BreakerLimits> = defaultLimits,
): Promise<BreakerReading> {
  const { state, milliseconds, implicit } = await ask(redis, modelId, limits, '')
  const hint = implicit > 0 ? { implicitAnswers: implicit } : {}
  switch (state) {
    case 'open':
      return { state, retryAfterSeconds: secondsOf(milliseconds), ...hint }
    case 'half-open':
      return { state, ...hint }
    default:
      return { state: 'closed', ...hint }
  }
}

/** Asks for the one probe of a half-open breaker. One command, and only then; `open` says that somebody else has it. */
export async function takeProbe(
  redis: RedisHandle,
  modelId: string,
  limits: Readonly<BreakerLimits> = defaultLimits,
): Promise<BreakerPass> {
  const token = randomUUID()
  const { state, milliseconds } = await ask(redis, modelId, limits, token)
  switch (state) {
    case 'open':
      return { state, retryAfterSeconds: secondsOf(milliseconds) }
    case 'probe':
      return { state, token }
    default:
      return { state: 'closed' }
  }
}

/** Says how a call went. One command; nobody needs to wait for it. */
export async function reportOutcome(
  redis: RedisHandle,
  modelId: string,
  outcome: CallOutcome,
  token: string | null = null,
  limits: Readonly<BreakerLimits> = defaultLimits,
): Promise<void> {
  if (!redis) return
  const { windowMs, fewestFailures, failureShare, openMs, longestOpenMs } = limits
  const values = [outcome, token ?? '', windowMs, fewestFailures, failureShare, openMs, longestOpenMs, keepMs]
  await run(redis, reportScript, modelId, values)
}

async function ask(redis: RedisHandle, modelId: string, limits: Readonly<BreakerLimits>, token: string) {
  const reply = redis && (await run(redis, readScript, modelId, [limits.longestOpenMs, limits.leaseMs, token]))
  const [state, milliseconds, implicit = 0]: unknown[] = Array.isArray(reply) ? reply : []
  const name = Buffer.isBuffer(state) ? state.toString() : 'closed'
  return { state: name, milliseconds: Number(milliseconds), implicit: Number(implicit) }
}

/** Null for any trouble with Redis. */
async function run(redis: Redis | Cluster, lua: string, modelId: string, values: (string | number)[]) {
  try {
    return await settleWithin(redisBudgetMs, runScript(redis, lua, [breakerKey(modelId), hintKey(modelId)], values))
  } catch (error) {
    reportTrouble(redis, error)
    return null
  }
}

const secondsOf = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000))
