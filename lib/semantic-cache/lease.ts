import type { Cluster, Redis } from 'ioredis'
import { runScript } from './run-script'
import { redisBudgetMs, settleWithin } from './settle-within'

/**
 * Short, so that a holder who died is soon replaced; renewed several times in it while the holder lives.
 * Its value names the holder and nobody else: only who brings the same value renews or releases it.
 */
export const leaseMs = 5_000

export const takeLeaseScript = `
-- Takes a lease that nobody holds, and says who holds it now. pcall, because a full Redis refuses to write: then nobody
-- holds it and everybody is on their own.
local lease, holder, ttl = KEYS[1], ARGV[1], ARGV[2]
local held = redis.pcall('GET', lease)
if type(held) == 'string' then return held end
local taken = redis.pcall('SET', lease, holder, 'PX', ttl)
return taken.ok and holder or ''
`

export const renewLeaseScript = `
-- Gives a lease another life, or ends it (0 milliseconds), if it is still held by this holder.
local lease, holder, ttl = KEYS[1], ARGV[1], tonumber(ARGV[2])
if redis.pcall('GET', lease) ~= holder then return 0 end
return ttl > 0 and redis.call('PEXPIRE', lease, ttl) or redis.call('DEL', lease)
`

/** Takes a lease unless somebody holds it. The holder's value, which may be this one; null where none can be held. */
export async function takeLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<Buffer | null> {
  const held = await settleWithin(redisBudgetMs, runScript(redis, takeLeaseScript, [lease], [holder, leaseMs]))
  return Buffer.isBuffer(held) && held.length > 0 ? held : null
}

/** Whether it was still held by this holder. */
export async function renewLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<boolean> {
  return (await settleWithin(redisBudgetMs, runScript(redis, renewLeaseScript, [lease], [holder, leaseMs]))) === 1
}

/** As `renewLease`; nobody holds it then. */
export async function releaseLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<boolean> {
  return (await settleWithin(redisBudgetMs, runScript(redis, renewLeaseScript, [lease], [holder, 0]))) === 1
}
