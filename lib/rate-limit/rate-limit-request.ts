import type { Environment } from '@/lib/env'
import { openStreams, type Policy, type PolicyName, policies, type QuotaName, quotas } from './policies'

export type RateLimitSettings = Environment['RATE_LIMITS']

/** A row as it holds in this deployment. */
type Limit = Pick<Policy, 'by' | 'max' | 'windowSeconds'> & { name: PolicyName }

/** One of a limit, for somebody. `key` says who, hashed: it stands in key names and in a table. */
export type RateLimitRequest = { limit: Limit; key: string }

/** What one act of somebody costs: one of each named limit. Nothing where limits are off. */
export function rateLimitRequests(
  settings: RateLimitSettings,
  names: readonly PolicyName[],
  key: string,
): RateLimitRequest[] {
  return settings === 'off' ? [] : names.map((name) => ({ limit: limitOf(settings, name), key }))
}

function limitOf(settings: Exclude<RateLimitSettings, 'off'>, name: PolicyName): Limit {
  const { by, max, windowSeconds } = policies[name]
  const [givenMax = max, givenSeconds = windowSeconds] = numbersOf(settings[name])
  return { name, by, max: givenMax, windowSeconds: givenSeconds }
}

/** The number of streams that one user may have open, and the lifetime of a lease. Null if limits are off. */
export function streamLimit(settings: RateLimitSettings): { max: number; leaseSeconds: number } | null {
  if (settings === 'off') return null
  const [max = openStreams.max, leaseSeconds = openStreams.leaseSeconds] = numbersOf(settings.streams)
  return { max, leaseSeconds }
}

/** The number of rows of a kind that one user may have in this deployment. */
export function maxRows(settings: RateLimitSettings, name: QuotaName): number {
  const [max = quotas[name]] = settings === 'off' ? [] : numbersOf(settings[name])
  return max
}

/** `count/seconds`, or only a count. */
const numbersOf = (setting: string | undefined) => setting?.split('/').map(Number) ?? []

/**
 * Throws an error for the operator if `RATE_LIMITS` names limits that do not exist, because a typo would have no
 * effect, or gives a rate without its seconds.
 */
export function checkLimitNames(settings: RateLimitSettings): void {
  if (settings === 'off') return
  const names = [...Object.keys(policies), 'streams', ...Object.keys(quotas)]
  const unknown = Object.keys(settings).filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new Error(`RATE_LIMITS: there is no limit named ${unknown.join(', ')}. The names are: ${names.join(', ')}`)
  const endless = Object.keys(policies).filter((name) => settings[name]?.includes('/') === false)
  if (endless.length > 0) throw new Error(`RATE_LIMITS: ${endless.join(', ')} must be count/seconds`)
}

/** What a store says to a demand. */
export type RateLimitResult = {
  demand: RateLimitRequest
  allowed: boolean
  /** How many more would be allowed now. */
  remaining: number
  /** Until there is room for one more, or if there is room until the window ends. */
  resetSeconds: number
}

/** What a sliding window is made of: the requests of this stretch of time and of the one before, and how far in we are. */
export type WindowState = { current: number; previous: number; elapsedMs: number }

/**
 * Seconds until one more request is let in, or until this stretch ends if one would be let in now. The library only
 * knows the latter, which for a caller who is refused can be many times too long: the requests of the stretch before
 * weigh less with every moment, floor((1 - elapsed / window) * previous), and room may come with them.
 */
export function secondsUntilRoom(
  { max, windowSeconds }: { max: number; windowSeconds: number },
  { current, previous, elapsedMs }: WindowState,
): number {
  const windowMs = windowSeconds * 1000
  const restMs = windowMs - elapsedMs
  const weighed = Math.floor((1 - elapsedMs / windowMs) * previous)
  if (weighed + current < max) return inSeconds(restMs)
  // Full by its own requests: they have to become those of the stretch before, and fade.
  if (current >= max) return inSeconds(restMs + windowMs * (1 - max / current) + 1)
  return inSeconds(windowMs * (1 - (max - current) / previous) - elapsedMs + 1)
}

const inSeconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000))
