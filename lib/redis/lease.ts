import type { Cluster, Redis } from 'ioredis'
import { redisBudgetMs, runScript, withTimeout } from './run-script'

/**
 * The lifetime of a lease. It is short, so that a holder that died is soon replaced; a live holder renews
 * the lease several times within it. The value of a lease identifies the holder: only a caller with the
 * same value may renew or release it.
 */
export const leaseMs = 5_000

const acquireLeaseScript = `
-- Acquires a lease unless it is held, and returns the holder. Uses pcall because a full Redis refuses to write; then
-- there is no holder, and each caller must work without a lease.
local lease, holder, ttl = KEYS[1], ARGV[1], ARGV[2]
local held = redis.pcall('GET', lease)
if type(held) == 'string' then return held end
local stored = redis.pcall('SET', lease, holder, 'PX', ttl)
return stored.ok and holder or ''
`

const renewLeaseScript = `
-- Renews a lease if this holder still has it, with the same value or another. A TTL of 0 deletes it.
local lease, holder, ttl, value = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
if redis.pcall('GET', lease) ~= holder then return 0 end
if ttl == 0 then redis.call('DEL', lease) else redis.call('SET', lease, value, 'PX', ttl) end
return 1
`

/**
 * Acquires a lease unless it is held. Returns the value of the holder, which may be this one, or null if
 * Redis could not store the lease.
 */
export async function acquireLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<Buffer | null> {
  const held = await withTimeout(redisBudgetMs, runScript(redis, acquireLeaseScript, [lease], [holder, leaseMs]))
  return Buffer.isBuffer(held) && held.length > 0 ? held : null
}

/** Renews a lease. Returns false if this holder no longer has it. */
export async function renewLease(redis: Redis | Cluster, lease: string, holder: Buffer): Promise<boolean> {
  return updateLease(redis, lease, holder, leaseMs, holder)
}

/**
 * Releases a lease. Returns false if this holder no longer has it. A `marker` replaces the value of the lease until
 * the TTL has passed, so that later callers find the marker.
 */
export async function releaseLease(
  redis: Redis | Cluster,
  lease: string,
  holder: Buffer,
  marker: Buffer | null,
): Promise<boolean> {
  return updateLease(redis, lease, holder, marker ? leaseMs : 0, marker ?? holder)
}

async function updateLease(redis: Redis | Cluster, lease: string, holder: Buffer, ttlMs: number, value: Buffer) {
  return (await withTimeout(redisBudgetMs, runScript(redis, renewLeaseScript, [lease], [holder, ttlMs, value]))) === 1
}
