import type { Environment } from '@/lib/env'
import { openStreams, type Policy, type PolicyName, policies, type QuotaName, quotas } from './policies'

export type RateLimitSettings = Environment['RATE_LIMITS']

/** A policy with the values of this deployment. */
type EffectivePolicy = Pick<Policy, 'by' | 'max' | 'windowSeconds'> & { name: PolicyName }

/**
 * One unit of a policy that is consumed for a caller. `key` identifies the caller by a keyed hash, because it is
 * stored in key names and in a table.
 */
export type RateLimitRequest = { policy: EffectivePolicy; key: string }

/** Returns one request for each named policy, or none if rate limits are off. */
export function rateLimitRequests(
  settings: RateLimitSettings,
  names: readonly PolicyName[],
  key: string,
): RateLimitRequest[] {
  return settings === 'off' ? [] : names.map((name) => ({ policy: effectivePolicy(settings, name), key }))
}

function effectivePolicy(settings: Exclude<RateLimitSettings, 'off'>, name: PolicyName): EffectivePolicy {
  const { by, max, windowSeconds } = policies[name]
  const [givenMax = max, givenSeconds = windowSeconds] = parseNumbers(settings[name])
  return { name, by, max: givenMax, windowSeconds: givenSeconds }
}

/** Returns the number of streams that a user may have open and the lifetime of a lease, or null if limits are off. */
export function streamLimit(settings: RateLimitSettings): { max: number; leaseSeconds: number } | null {
  if (settings === 'off') return null
  const [max = openStreams.max, leaseSeconds = openStreams.leaseSeconds] = parseNumbers(settings.streams)
  return { max, leaseSeconds }
}

/** Returns the number of rows of a kind that a user may have in this deployment. */
export function maxRows(settings: RateLimitSettings, name: QuotaName): number {
  const [max = quotas[name]] = settings === 'off' ? [] : parseNumbers(settings[name])
  return max
}

/** Parses `count/seconds` or a count. */
const parseNumbers = (setting: string | undefined) => setting?.split('/').map(Number) ?? []

/**
 * Throws an error for the operator if `RATE_LIMITS` contains an unknown name, because a misspelled name must not be
 * ignored, or a rate without seconds.
 */
export function checkLimitNames(settings: RateLimitSettings): void {
  if (settings === 'off') return
  const names = [...Object.keys(policies), 'streams', ...Object.keys(quotas)]
  const unknown = Object.keys(settings).filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new Error(`RATE_LIMITS: there is no limit named ${unknown.join(', ')}. The names are: ${names.join(', ')}`)
  const withoutSeconds = Object.keys(policies).filter((name) => settings[name]?.includes('/') === false)
  if (withoutSeconds.length > 0) throw new Error(`RATE_LIMITS: ${withoutSeconds.join(', ')} must be count/seconds`)
}

/** The result of a request in one of the stores. */
export type RateLimitResult = {
  request: RateLimitRequest
  allowed: boolean
  /** The number of further requests that are allowed now. */
  remaining: number
  /** Seconds until the next request is allowed, or until the window ends if it is allowed now. */
  resetSeconds: number
}

/**
 * The content of a sliding window: the number of requests in the current and in the previous fixed window, and the
 * time since the current one began.
 */
export type WindowState = { current: number; previous: number; elapsedMs: number }

/**
 * Returns the seconds until one more request is allowed, or until the current window ends if it is allowed now. The
 * library reports only the latter, which may be many times too long: the weight of the previous window,
 * `floor((1 - elapsed / window) * previous)`, decreases continuously and may make room earlier.
 */
export function secondsUntilRoom(
  { max, windowSeconds }: { max: number; windowSeconds: number },
  { current, previous, elapsedMs }: WindowState,
): number {
  const windowMs = windowSeconds * 1000
  const remainingMs = windowMs - elapsedMs
  const weighted = Math.floor((1 - elapsedMs / windowMs) * previous)
  if (weighted + current < max) return inSeconds(remainingMs)
  // The current window is full by itself: it must become the previous one and lose weight.
  if (current >= max) return inSeconds(remainingMs + windowMs * (1 - max / current) + 1)
  return inSeconds(windowMs * (1 - (max - current) / previous) - elapsedMs + 1)
}

const inSeconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000))
