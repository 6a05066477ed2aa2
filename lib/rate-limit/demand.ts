import type { Environment } from '@/lib/env'
import { type Policy, type PolicyName, policies } from './policies'

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
  const [givenMax = max, givenSeconds = windowSeconds] = settings[name]?.split('/').map(Number) ?? []
  return { name, by, max: givenMax, windowSeconds: givenSeconds }
}

/** Throws one Error for the operator if `RATE_LIMITS` names rows that do not exist: a typo would limit nothing. */
export function checkLimitNames(settings: RateLimitSettings): void {
  const unknown = settings === 'off' ? [] : Object.keys(settings).filter((name) => !Object.hasOwn(policies, name))
  if (unknown.length === 0) return
  const known = Object.keys(policies).join(', ')
  throw new Error(`RATE_LIMITS: there is no limit named ${unknown.join(', ')}. The names are: ${known}`)
}
