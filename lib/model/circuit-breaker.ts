/*
 * One circuit breaker per model, shared by all instances. It opens when a provider fails most of its calls, so that
 * nobody else waits for it; after a while one caller at a time, over all instances, tries whether it is back. Without
 * Redis it is closed: a process counts nothing by itself. No function here ever rejects.
 */
import { randomUUID } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { hintKey } from './separate-reasoning'

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
    return await withTimeout(redisBudgetMs, runScript(redis, lua, [breakerKey(modelId), hintKey(modelId)], values))
  } catch (error) {
    reportTrouble(redis, error)
    return null
  }
}

const secondsOf = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000))

/*
 * The breaker of one model is one hash: `openUntil`, `level`, `lease` and `leaseUntil` while it is open or being probed,
 * and a ring of six counters while it is closed. One key, so that a cluster has it in one place; every moment is by the
 * clock of Redis. A moment further away than we ever set is not ours (garbage, or a server whose clock was ahead before
 * a failover) and counts for nothing: a breaker that cannot be read must be closed.
 */

/** Milliseconds by the clock of Redis, and whether a moment lies in what we may have set. */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function moment(text, furthest)
  local at = tonumber(text)
  if at and at > 0 and at <= now + furthest then return at end
  return nil
end
`

/** How a reader stands who comes while another probes: it looks again in a second, when the probe may have told. */
const probingForMs = 1000

export const readScript = `
-- How a breaker stands: 'closed', 'half-open', or 'open' with the milliseconds that are left. With a token, a half-open
-- breaker gives its one probe to the first who asks, as a lease: a prober that dies holds nobody up for longer.
-- The third value is the number of consecutive answers that began inside their reasoning without an opening tag. It is
-- read here so that it needs no command of its own.
local breaker = KEYS[1]
local implicit = tonumber(redis.pcall('GET', KEYS[2])) or 0
local longestOpenMs, leaseMs, token = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
${clock}
local state = redis.pcall('HMGET', breaker, 'openUntil', 'leaseUntil')
if state.err then return { 'closed', 0, implicit } end
local openUntil = moment(state[1], longestOpenMs)
if not openUntil then return { 'closed', 0, implicit } end
if now < openUntil then return { 'open', openUntil - now, implicit } end
local leaseUntil = moment(state[2], leaseMs)
if leaseUntil and now < leaseUntil then return { 'open', ${probingForMs} } end
if token == '' then return { 'half-open', 0, implicit } end
redis.call('HSET', breaker, 'lease', token, 'leaseUntil', now + leaseMs)
return { 'probe', 0, implicit }
`

export const reportScript = `
-- Takes in how a call went: 'answered', 'failed', or 'abandoned' (only a probe that told nothing says that). An open
-- breaker listens to its prober alone; calls that began before it opened come too late to say anything.
local breaker = KEYS[1]
local outcome, token = ARGV[1], ARGV[2]
local windowMs, fewest, share = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local openMs, longestOpenMs, keepMs = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local slots = 6
${clock}
local function open(level)
  local forMs = math.min(openMs * 2 ^ (level - 1), longestOpenMs)
  redis.call('DEL', breaker)
  redis.call('HSET', breaker, 'openUntil', now + forMs, 'level', level)
  redis.call('PEXPIRE', breaker, forMs + keepMs)
end

if redis.call('TYPE', breaker).ok ~= 'hash' then redis.call('DEL', breaker) end
local state = redis.call('HMGET', breaker, 'openUntil', 'level', 'lease')
if moment(state[1], longestOpenMs) then
  if token == '' or state[3] ~= token then return 'late' end
  if outcome == 'answered' then
    redis.call('DEL', breaker)
    return 'closed'
  elseif outcome == 'failed' then
    -- Ten doublings are past any limit; garbage for a level is a first one.
    open(math.min(math.max(tonumber(state[2]) or 1, 1), 10) + 1)
    return 'opened'
  end
  redis.call('HDEL', breaker, 'lease', 'leaseUntil')
  return 'freed'
end
if state[1] then redis.call('DEL', breaker) end
if outcome == 'abandoned' then return 'closed' end

-- Each slot of the ring says which stretch of time it counts: 'stretch failed answered'.
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
  if failed >= fewest and failed >= share * (failed + answered) then
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
