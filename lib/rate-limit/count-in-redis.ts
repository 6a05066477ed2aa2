import { createHash } from 'node:crypto'
import { Ratelimit } from '@upstash/ratelimit'
import type { Redis as UpstashRedis } from '@upstash/redis'
import type { Cluster, Redis } from 'ioredis'
import { type RateLimitRequest, type RateLimitResult, secondsUntilRoom, type WindowState } from './rate-limit-request'

/** Takes one of each, all in one tick and so in one round trip. A demand that is refused has taken nothing. */
export function countInRedis(redis: Redis | Cluster, demands: readonly RateLimitRequest[]): Promise<RateLimitResult[]> {
  return Promise.all(
    demands.map(async (demand) => {
      const { limit } = demand
      const counted: { state?: WindowState } = {}
      const limiter = openLimiter(redis, demand, (state) => {
        counted.state = state
      })
      const { success, remaining } = await limiter.limit(identifier(demand))
      const resetSeconds = counted.state ? secondsUntilRoom(limit, counted.state) : limit.windowSeconds
      return { demand, allowed: success, remaining, resetSeconds }
    }),
  )
}

/**
 * Gives back one of each. It goes to the window of now: if another has begun meanwhile, that one starts at minus one and
 * the caller is where they would have been all the same.
 */
export async function giveBackInRedis(redis: Redis | Cluster, demands: readonly RateLimitRequest[]): Promise<void> {
  await Promise.all(demands.map((demand) => openLimiter(redis, demand).limit(identifier(demand), { rate: -1 })))
}

/** The braces make who it is the hash tag of a cluster: both windows of a limit lie in one slot. */
const identifier = ({ key }: RateLimitRequest) => `{${key}}`

function openLimiter(
  redis: Redis | Cluster,
  { limit }: RateLimitRequest,
  onCounted?: (state: WindowState) => void,
): Ratelimit {
  return new Ratelimit({
    redis: ratelimitRedis(redis, onCounted),
    limiter: Ratelimit.slidingWindow(limit.max, `${limit.windowSeconds} s`),
    prefix: `gf:1:limit:${limit.name}`,
    // No tier of memory in the process, and no timeout of the library's own: that one would fail open.
    ephemeralCache: false,
    timeout: 0,
    analytics: false,
  })
}

/** All that @upstash/ratelimit asks of its client with analytics and protection off. */
type ScriptRunner = {
  evalsha(sha: string, keys: string[], args: unknown[]): Promise<unknown>
  eval(script: string, keys: string[], args: unknown[]): Promise<unknown>
}

/**
 * Lets the sliding window of @upstash/ratelimit run on ioredis, by Redis's clock. Its scripts open with a shebang
 * (`#!lua flags=allow-key-locking`) that only Upstash's server knows, so that line is taken off, and the hash is taken of
 * what is left. The library offers the hash of its own text first; that one no server has, so it is answered without
 * asking. `onCounted` hears what the window holds, which the library drops.
 */
function ratelimitRedis(
  redis: Redis | Cluster,
  onCounted: (state: WindowState) => void = () => undefined,
): UpstashRedis {
  const runner: ScriptRunner = {
    evalsha: () => Promise.reject(new Error('NOSCRIPT')),
    eval: async (script, keys, args) => {
      const text = byRedisClock(script.replace(/^#!lua[^\n]*\n/, ''))
      const reply = await runScript(redis, text, keys, args.map(String))
      const { verdict, state } = readReply(reply)
      onCounted(state)
      return verdict
    },
  }
  return runner as unknown as UpstashRedis
}

/**
 * The library takes the time from the process, both for the script's `now` and for the number of the window in the
 * names of the keys. Two instances whose clocks differ would count in different windows, and a limit would hold for
 * each of them alone. So the script is preceded by one that puts Redis's own time in place of all three, and followed by
 * one that adds what the window holds. KEYS are `name:window` and `name:window before`; ARGV are max, now, window in
 * milliseconds, how many. The names made here differ from those declared only behind the hash tag: same slot.
 */
const byRedisClock = (script: string) => `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local window = tonumber(ARGV[3])
  local number = math.floor(now / window)
  local name = string.gsub(KEYS[1], ':%d+$', '')
  KEYS[1] = string.format('%s:%d', name, number)
  KEYS[2] = string.format('%s:%d', name, number - 1)
  ARGV[2] = string.format('%d', now)
  local function judge()
    ${script}
  end
  local verdict = judge()
  local current = tonumber(redis.call('GET', KEYS[1]) or 0)
  local previous = tonumber(redis.call('GET', KEYS[2]) or 0)
  return { verdict[1], verdict[2], current, previous, now % window }`

/** Runs a script by its hash, and by its text if the server does not have it cached. */
export async function runScript(
  redis: Redis | Cluster,
  text: string,
  keys: string[],
  args: string[],
): Promise<unknown> {
  try {
    return await redis.evalsha(createHash('sha1').update(text).digest('hex'), keys.length, ...keys, ...args)
  } catch (error) {
    // The reply's first word is Redis's error code; it is the only place it has one.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.eval(text, keys.length, ...keys, ...args)
  }
}

/** A reply that is not the script's own must not be taken for a refusal, nor for room. */
function readReply(reply: unknown): { verdict: [number, number]; state: WindowState } {
  const [remaining, max, current, previous, elapsedMs] = Array.isArray(reply) ? reply.map(Number) : []
  if (remaining === undefined || max === undefined || current === undefined || previous === undefined)
    throw new Error('not a reply of the limiter')
  if (elapsedMs === undefined || ![remaining, max, current, previous, elapsedMs].every(Number.isSafeInteger))
    throw new Error('not a reply of the limiter')
  return { verdict: [remaining, max], state: { current, previous, elapsedMs } }
}
