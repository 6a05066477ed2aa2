import { Ratelimit } from '@upstash/ratelimit'
import type { Cluster, Redis } from 'ioredis'
import type { Demand } from './demand'
import { ratelimitRedis } from './ratelimit-redis'
import { secondsUntilRoom, type WindowState } from './sliding-window'
import type { Verdict } from './verdict'

/** Takes one of each, all in one tick and so in one round trip. A demand that is refused has taken nothing. */
export function countInRedis(redis: Redis | Cluster, demands: readonly Demand[]): Promise<Verdict[]> {
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
export async function giveBackInRedis(redis: Redis | Cluster, demands: readonly Demand[]): Promise<void> {
  await Promise.all(demands.map((demand) => openLimiter(redis, demand).limit(identifier(demand), { rate: -1 })))
}

/** The braces make who it is the hash tag of a cluster: both windows of a limit lie in one slot. */
const identifier = ({ key }: Demand) => `{${key}}`

function openLimiter(redis: Redis | Cluster, { limit }: Demand, onCounted?: (state: WindowState) => void): Ratelimit {
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
