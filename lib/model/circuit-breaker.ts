/*
 * One circuit breaker per model, shared by all instances. It opens when a provider fails most of its calls, so that
 * later calls fail at once. After a while one caller at a time, across all instances, probes whether the provider
 * works again. Without Redis the breaker is closed, because a process must not keep counts itself. No function in
 * this file rejects.
 */
import { randomUUID } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { hintKey } from './separate-reasoning'

export type BreakerLimits = {
  /** Failures are counted over this time, in six slots. */
  windowMs: number
  /** This many failures open the breaker if they are also at least this share of all calls. */
  minFailures: number
  failureShare: number
  /** How long the breaker is open at first. Each failed probe doubles the time, up to `maxOpenMs`. */
  openMs: number
  maxOpenMs: number
  /** A probe without a report expires after this time, which must exceed the time to the first output of a call. */
  leaseMs: number
}

export const defaultLimits: Readonly<BreakerLimits> = Object.freeze({
  windowMs: 30_000,
  minFailures: 5,
  failureShare: 0.5,
  openMs: 10_000,
  maxOpenMs: 60_000,
  leaseMs: 25_000,
})

/** An open breaker that is not probed is deleted this long after its open time, with its count of failed probes. */
const retentionMs = 5 * 60_000

/**
 * The state of a breaker. If it is `half-open`, a caller must acquire the probe with `acquireProbe` before its call.
 */
export type BreakerReading = ({ state: 'closed' | 'half-open' } | { state: 'open'; retryAfterSeconds: number }) & {
  /** The number of consecutive answers that began inside their reasoning without an opening tag. Missing if 0. */
  implicitAnswers?: number
}

/** Whether a call may be made. If it is a probe, its outcome must be reported with the token. */
export type BreakerPass =
  | { state: 'closed' }
  | { state: 'probe'; token: string }
  | { state: 'open'; retryAfterSeconds: number }

/** `abandoned`: a probe that ended before it was known whether the provider works. */
export type CallOutcome = 'answered' | 'failed' | 'abandoned'

/** Returns the key of a model's breaker. The part in braces determines its slot in a Redis cluster. */
export const breakerKey = (modelId: string) => `gf:1:breaker:{${modelId}}`

/** Reads a model's breaker. Sends one command that writes nothing, so that it can share a tick with other commands. */
export async function readBreaker(
  redis: RedisHandle,
  modelId: string,
  limits: Readonly<BreakerLimits> = defaultLimits,
): Promise<BreakerReading> {
  const { state, milliseconds, implicit } = await runReadScript(redis, modelId, limits, '')
  const hint = implicit > 0 ? { implicitAnswers: implicit } : {}
  switch (state) {
    case 'open':
      return { state, retryAfterSeconds: toSeconds(milliseconds), ...hint }
    case 'half-open':
      return { state, ...hint }
    default:
      return { state: 'closed', ...hint }
  }
}

/** Requests the single probe of a half-open breaker with one command. Returns `open` if another caller holds it. */
export async function acquireProbe(
  redis: RedisHandle,
  modelId: string,
  limits: Readonly<BreakerLimits> = defaultLimits,
): Promise<BreakerPass> {
  const token = randomUUID()
  const { state, milliseconds } = await runReadScript(redis, modelId, limits, token)
  switch (state) {
    case 'open':
      return { state, retryAfterSeconds: toSeconds(milliseconds) }
    case 'probe':
      return { state, token }
    default:
      return { state: 'closed' }
  }
}

/** Reports the outcome of a call with one command. The caller does not have to wait for it. */
export async function reportOutcome(
  redis: RedisHandle,
  modelId: string,
  outcome: CallOutcome,
  token: string | null = null,
  limits: Readonly<BreakerLimits> = defaultLimits,
): Promise<void> {
  if (!redis) return
  const { windowMs, minFailures, failureShare, openMs, maxOpenMs } = limits
  const values = [outcome, token ?? '', windowMs, minFailures, failureShare, openMs, maxOpenMs, retentionMs]
  await run(redis, reportScript, modelId, values)
}

async function runReadScript(redis: RedisHandle, modelId: string, limits: Readonly<BreakerLimits>, token: string) {
  const reply = redis && (await run(redis, readScript, modelId, [limits.maxOpenMs, limits.leaseMs, token]))
  const [state, milliseconds, implicit = 0]: unknown[] = Array.isArray(reply) ? reply : []
  const name = Buffer.isBuffer(state) ? state.toString() : 'closed'
  return { state: name, milliseconds: Number(milliseconds), implicit: Number(implicit) }
}

/** Returns null if Redis fails or does not respond in time. */
async function run(redis: Redis | Cluster, lua: string, modelId: string, values: (string | number)[]) {
  try {
    return await withTimeout(redisBudgetMs, runScript(redis, lua, [breakerKey(modelId), hintKey(modelId)], values))
  } catch (error) {
    reportTrouble(redis, error)
    return null
  }
}

const toSeconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000))

/*
 * The breaker of one model is one hash, because a single key is in one slot of a cluster. The hash has the fields
 * `openUntil`, `level`, `lease` and `leaseUntil` while the breaker is open or being probed, and a ring of six
 * counters while it is closed. All times are by the clock of Redis. A time further in the future than we ever set
 * must be ignored: it is garbage, or it was set by a server whose clock was ahead before a failover. A breaker that
 * cannot be read is closed.
 */

/**
 * Lua code that defines `now` in milliseconds by the clock of Redis, and `moment`, which parses a time or returns
 * nil.
 */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function moment(text, furthest)
  local at = tonumber(text)
  if at and at > 0 and at <= now + furthest then return at end
  return nil
end
`

/** How long the breaker counts as open while another caller holds the probe. It may have been reported by then. */
const probePollMs = 1000

export const readScript = `
-- Returns 'closed', 'half-open', or 'open' with the remaining milliseconds. If a token is given, the first caller
-- gets the single probe of a half-open breaker as a lease, so that a caller that dies blocks the others only until it
-- expires. The third value is the number of consecutive answers that began inside their reasoning without an opening
-- tag. It is read here so that it needs no command of its own.
local breaker = KEYS[1]
local implicit = tonumber(redis.pcall('GET', KEYS[2])) or 0
local maxOpenMs, leaseMs, token = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
${clock}
local state = redis.pcall('HMGET', breaker, 'openUntil', 'leaseUntil')
if state.err then return { 'closed', 0, implicit } end
local openUntil = moment(state[1], maxOpenMs)
if not openUntil then return { 'closed', 0, implicit } end
if now < openUntil then return { 'open', openUntil - now, implicit } end
local leaseUntil = moment(state[2], leaseMs)
if leaseUntil and now < leaseUntil then return { 'open', ${probePollMs} } end
if token == '' then return { 'half-open', 0, implicit } end
redis.call('HSET', breaker, 'lease', token, 'leaseUntil', now + leaseMs)
return { 'probe', 0, implicit }
`

export const reportScript = `
-- Records the outcome of a call: 'answered', 'failed', or 'abandoned' (a probe without a result). While the breaker is
-- open, only the report of its probe counts. Calls that began before it opened are ignored.
local breaker = KEYS[1]
local outcome, token = ARGV[1], ARGV[2]
local windowMs, minFailures, share = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local openMs, maxOpenMs, retentionMs = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local slots = 6
${clock}
local function open(level)
  local forMs = math.min(openMs * 2 ^ (level - 1), maxOpenMs)
  redis.call('DEL', breaker)
  redis.call('HSET', breaker, 'openUntil', now + forMs, 'level', level)
  redis.call('PEXPIRE', breaker, forMs + retentionMs)
end

if redis.call('TYPE', breaker).ok ~= 'hash' then redis.call('DEL', breaker) end
local state = redis.call('HMGET', breaker, 'openUntil', 'level', 'lease')
if moment(state[1], maxOpenMs) then
  if token == '' or state[3] ~= token then return 'late' end
  if outcome == 'answered' then
    redis.call('DEL', breaker)
    return 'closed'
  elseif outcome == 'failed' then
    -- Ten doublings exceed any limit. A level that is not a number counts as the first.
    open(math.min(math.max(tonumber(state[2]) or 1, 1), 10) + 1)
    return 'opened'
  end
  redis.call('HDEL', breaker, 'lease', 'leaseUntil')
  return 'freed'
end
if state[1] then redis.call('DEL', breaker) end
if outcome == 'abandoned' then return 'closed' end

-- Each slot of the ring names the stretch of time that it counts: 'stretch failed answered'.
local stretch = math.floor(now / (windowMs / slots))
local ring = redis.call('HMGET', breaker, '0', '1', '2', '3', '4', '5')
local failed, answered = 0, 0
local mine = { 0, 0 }
for slot = 1, slots do
  local of, bad, good = string.match(ring[slot] or '', '^(%d+) (%d+) (%d+)$')
  of, bad, good = tonumber(of), tonumber(bad), tonumber(good)
  if of and of > stretch - slots and of <= stretch then
    failed, answered = failed + bad, answered + good
    if of == stretch then mine = { bad, good } end
  end
end
if outcome == 'failed' then
  failed, mine[1] = failed + 1, mine[1] + 1
  if failed >= minFailures and failed >= share * (failed + answered) then
    open(1)
    return 'opened'
  end
else
  mine[2] = mine[2] + 1
end
redis.call('HSET', breaker, tostring(stretch % slots), string.format('%d %d %d', stretch, mine[1], mine[2]))
redis.call('PEXPIRE', breaker, windowMs)
return 'closed'
`
