import type { Cluster, Redis } from 'ioredis'
import { redisBudgetMs, runScript, withTimeout } from './run-script'

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
-- Gives a lease that is still held by this holder another life, under the same value or another; 0 milliseconds end it.
local lease, holder, ttl, value = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
if redis.pcall('GET', lease) ~= holder then return 0 end
if ttl == 0 then redis.call('DEL', lease) else redis.call('SET', lease, value, 'PX', ttl) end
return 1
`

/** Takes a lease unless somebody holds it. The holder's value, which may be this one; null where none can be held. */
export async function takeLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<Buffer | null> {
  const held = await withTimeout(redisBudgetMs, runScript(redis, takeLeaseScript, [lease], [holder, leaseMs]))
  return Buffer.isBuffer(held) && held.length > 0 ? held : null
}

/** Whether it was still held by this holder. */
export async function renewLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<boolean> {
  return change(redis, lease, holder, leaseMs, holder)
}

/** As `renewLease`; nobody holds it then. With a `note`, that is found in its place for a while. */
export async function releaseLease(
  redis: Redis | Cluster,
  lease: string,
  holder: Buffer,
  note: Buffer | null,
): Promise<boolean> {
  return change(redis, lease, holder, note ? leaseMs : 0, note ?? holder)
}

async function change(redis: Redis | Cluster, lease: string, holder: Buffer, ttlMs: number, value: Buffer) {
  return (await withTimeout(redisBudgetMs, runScript(redis, renewLeaseScript, [lease], [holder, ttlMs, value]))) === 1
}
