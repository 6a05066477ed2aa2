import { Ratelimit } from '@upstash/ratelimit'
import type { Redis as UpstashRedis } from '@upstash/redis'
import type { Cluster, Redis } from 'ioredis'
import { runScript } from '@/lib/redis/run-script'
import { type RateLimitRequest, type RateLimitResult, secondsUntilRoom, type WindowState } from './rate-limit-request'

/**
 * Consumes one request of each policy, all in one tick and therefore in one round trip. A refused
 * policy is not consumed.
 */
export function countInRedis(
  redis: Redis | Cluster,
  requests: readonly RateLimitRequest[],
): Promise<RateLimitResult[]> {
  return Promise.all(
    requests.map(async (request) => {
      const { policy } = request
      const counted: { state?: WindowState } = {}
      const limiter = openLimiter(redis, request, (state) => {
        counted.state = state
      })
      const { success, remaining } = await limiter.limit(identifier(request))
      const resetSeconds = counted.state ? secondsUntilRoom(policy, counted.state) : policy.windowSeconds
      return { request, allowed: success, remaining, resetSeconds }
    }),
  )
}

/**
 * Refunds one request of each policy in the current window. If a new window has begun, its count starts at minus one,
 * which has the same effect for the caller.
 */
export async function refundInRedis(redis: Redis | Cluster, requests: readonly RateLimitRequest[]): Promise<void> {
  await Promise.all(requests.map((request) => openLimiter(redis, request).limit(identifier(request), { rate: -1 })))
}

/** The braces make the caller the hash tag of the cluster, so that both windows of a policy are in one slot. */
const identifier = ({ key }: RateLimitRequest) => `{${key}}`

function openLimiter(
  redis: Redis | Cluster,
  { policy }: RateLimitRequest,
  onCounted?: (state: WindowState) => void,
): Ratelimit {
  return new Ratelimit({
    redis: ratelimitRedis(redis, onCounted),
    limiter: Ratelimit.slidingWindow(policy.max, `${policy.windowSeconds} s`),
    prefix: `gf:1:limit:${policy.name}`,
    // No counts in process memory, and no timeout of the library, which would let requests through.
    ephemeralCache: false,
    timeout: 0,
    analytics: false,
  })
}

/** The commands that @upstash/ratelimit calls on its client if analytics and protection are off. */
type ScriptRunner = {
  evalsha(sha: string, keys: string[], args: unknown[]): Promise<unknown>
  eval(script: string, keys: string[], args: unknown[]): Promise<unknown>
}

/**
 * Runs the sliding window of @upstash/ratelimit on ioredis, by the clock of Redis. The scripts of the library begin
 * with a shebang (`#!lua flags=allow-key-locking`) that only the server of Upstash supports. It is removed, so the
 * hash of the script changes. The library first sends the hash of its own text, which no server has cached, so that
 * call is rejected locally. `onCounted` receives the content of the window, which the library discards.
 */
function ratelimitRedis(
  redis: Redis | Cluster,
  onCounted: (state: WindowState) => void = () => undefined,
): UpstashRedis {
  const runner: ScriptRunner = {
    evalsha: () => Promise.reject(new Error('NOSCRIPT')),
    eval: async (script, keys, args) => {
      const text = withRedisClock(script.replace(/^#!lua[^\n]*\n/, ''))
      const reply = await runScript(redis, text, keys, args.map(String))
      const { result, state } = readReply(reply)
      onCounted(state)
      return result
    },
  }
  return runner as unknown as UpstashRedis
}

/**
 * The library uses the clock of the process for `now` and for the window number in the key names. Two instances whose
 * clocks differ would count in different windows, and each would enforce the limit alone. Therefore code before the
 * script replaces all three by the time of Redis, and code after it adds the content of the window to the reply.
 * KEYS: the current and the previous window as `name:number`. ARGV: maximum, now, window in milliseconds, number of
 * requests. The replaced names differ from the declared ones only after the hash tag, so the slot stays the same.
 */
const withRedisClock = (script: string) => `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local window = tonumber(ARGV[3])
  local number = math.floor(now / window)
  local name = string.gsub(KEYS[1], ':%d+$', '')
  KEYS[1] = string.format('%s:%d', name, number)
  KEYS[2] = string.format('%s:%d', name, number - 1)
  ARGV[2] = string.format('%d', now)
  local function consume()
    ${script}
  end
  local result = consume()
  local current = tonumber(redis.call('GET', KEYS[1]) or 0)
  local previous = tonumber(redis.call('GET', KEYS[2]) or 0)
  return { result[1], result[2], current, previous, now % window }`

/** Parses the reply of the script. Throws on any other reply, which must count neither as a refusal nor as room. */
function readReply(reply: unknown): { result: [number, number]; state: WindowState } {
  const [remaining, max, current, previous, elapsedMs] = Array.isArray(reply) ? reply.map(Number) : []
  if (remaining === undefined || max === undefined || current === undefined || previous === undefined)
    throw new Error('unexpected reply of the rate limit script')
  if (elapsedMs === undefined || ![remaining, max, current, previous, elapsedMs].every(Number.isSafeInteger))
    throw new Error('unexpected reply of the rate limit script')
  return { result: [remaining, max], state: { current, previous, elapsedMs } }
}
