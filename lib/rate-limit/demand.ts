import type { Environment } from '@/lib/env'
import { openStreams, type Policy, type PolicyName, policies, type QuotaName, quotas } from './policies'

export type RateLimitSettings = Environment['RATE_LIMITS']

/** A row as it holds in this deployment. */
export type Limit = Pick<Policy, 'by' | 'max' | 'windowSeconds'> & { name: PolicyName }

/** One of a limit, for somebody. `key` says who, hashed: it stands in key names and in a table. */
export type Demand = { limit: Limit; key: string }

/** What one act of somebody costs: one of each named limit. Nothing where limits are off. */
export function demandsOf(settings: RateLimitSettings, names: readonly PolicyName[], key: string): Demand[] {
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
